"""The words of a report: what was done, what was found, what it cannot show, written from the results themselves."""
