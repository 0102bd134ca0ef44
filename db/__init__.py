"""The record room: the log, what a case is, and how stores exchange events. No Qt, no kiosk."""
