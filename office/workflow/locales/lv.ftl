workflow-tasks = Mani uzdevumi
