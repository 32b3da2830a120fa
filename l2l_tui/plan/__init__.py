"""The study plan: model, schedule arithmetic, TOML store, worklog reader."""
