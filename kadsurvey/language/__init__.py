"""Every text people see, in Indonesian and English, and the glossary of terms."""
