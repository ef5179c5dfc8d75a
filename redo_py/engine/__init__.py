"""Floor 3: running is reduction. Pure but for its doors: store, files, executors, tasks, planner, clock."""
