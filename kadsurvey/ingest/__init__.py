"""From files to responses and bodies: workbook readers, header matching, coding and reversal, privacy first of all."""
