"""A model of every interleaving: the real `db.sync.sync`, taken one call at a time.

Two kiosks, a desk and a shared store, held in memory. Every order of their calls is gone through,
with lines that are cut, programs that die, answers that are lost, batches that come twice and a
shared store that is brought back from an old copy, up to a bound that is said.
"""
