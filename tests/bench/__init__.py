"""Figures with their limits beside them, measured in one run: `./dev.sh bench`."""
