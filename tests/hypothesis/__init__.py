"""Long runs of everything that Hypothesis tries: stores that sync, the eight rules, every property.

The ordinary tests try a few examples of each; here they are many, from a seed.
"""
