workflow-tasks = My tasks
