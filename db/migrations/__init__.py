"""The schema's history, one revision a file; they import nothing of ours."""
