"""The work of people over the years: transactions, rights, trail."""
