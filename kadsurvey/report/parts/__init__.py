"""The parts of a report: results to blocks, in the order in which a reader of the field expects them."""
