"""A hall works while the leader of a Patroni cluster is lost again and again.

Five machines sync with three Postgres under Patroni and etcd through one address with three hosts.
The leader is killed, frozen or switched over; what a pass reported as kept must be at the next one,
every machine must be through by itself, and in the end every record is there once, chains whole.
"""
