"""The comparison of a candidate with its base: both measured by turns, an interval for each ratio of percentiles."""
