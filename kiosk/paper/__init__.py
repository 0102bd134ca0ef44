"""Paper: what is printed, how it is drawn, and printers that say honestly what became of it."""
