"""``python -m benchmarks.desk``: the desk with many open pages, on an empty database and on a full one."""
