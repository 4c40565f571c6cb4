@todos
Feature: Noting what is to be done

  Rule: What is noted is on the list, and not done

    @TOD-040 @smoke
    Scenario: Ada notes something
      When Ada notes "Buy milk"
      Then Ada is shown the new todo
      And "Buy milk" is on Ada's list, not done

    @TOD-041
    Scenario: The answer says where the todo is
      When Ada notes "Buy milk"
      Then the todo is found where the answer says

    @TOD-042
    Scenario Outline: <task> comes back as it went in
      When Ada notes "<task>"
      Then Ada is shown the new todo

      Examples:
        | task                            |
        | Bücher 本棚 🪑                  |
        | '; DROP TABLE todos; --         |
        | e-mail: grace@example.com       |

  Rule: A task has 1 to 256 characters

    @TOD-043
    Scenario Outline: A task that is <how>
      When Ada notes a task that is <how>
      Then Ada is told that the task is required

      Examples:
        | how      |
        | left out |
        | empty    |
        | null     |

    @TOD-044
    Scenario Outline: A task of <length> characters is noted
      # Counted in bytes, the longer one would be too long.
      When Ada notes a task of <length> characters of every script
      Then Ada is shown the new todo

      Examples:
        | length |
        | 1      |
        | 256    |

    @TOD-045
    Scenario Outline: <task> is no task
      When Ada notes <task> as a task
      Then it is answered 400 "Task description must be 1 to 256 characters."
      And Ada's list is empty

      Examples:
        | task           |
        | 257 characters |
        | a number       |
        | a list         |
        | a NUL          |

  Rule: Nothing is lost when many write

    @TOD-046
    Scenario: Ten people note ten things each at the same moment
      Given 10 people have lists
      When each of them notes 10 things at the same moment
      Then everybody's list holds what they have noted, and no two todos share an identifier
