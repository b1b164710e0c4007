"""One file a result: result to Tables."""
