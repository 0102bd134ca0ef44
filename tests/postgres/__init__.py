"""The shared store's server is killed again and again while a hall works.

Five machines sync with a real Postgres, three of them with logins of their own; every process of
the server is killed with SIGKILL and the server started anew. What a pass reported as kept must
be there after every kill; in the end every record of every machine is there once, chains whole.
"""
