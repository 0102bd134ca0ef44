"""The tests mirror the tree; scenarios tell their story in plain words."""
