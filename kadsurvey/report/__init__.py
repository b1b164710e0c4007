"""Results become Tables, and Tables become files."""
