"""The parts of pages: what each shows, as a frozen view model, and a template that renders it."""
