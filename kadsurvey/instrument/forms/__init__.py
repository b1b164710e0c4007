"""One questionnaire in all its forms: XLSForm out and in, entry workbook, printed form, codebook, study folder."""
