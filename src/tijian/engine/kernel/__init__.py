"""What every room speaks: faults, missing values, units, periods, rounding, canonical form."""
