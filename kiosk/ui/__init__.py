"""Where Qt begins: view objects for citizen and desk, background work, language."""
