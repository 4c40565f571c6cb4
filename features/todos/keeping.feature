@todos
Feature: Keeping a list

  Rule: A todo can be looked at, changed, and struck off

    @TOD-050
    Scenario: Ada looks at a todo
      Given Ada has noted "Buy milk"
      When Ada reads "Buy milk"
      Then Ada is shown "Buy milk", not done

    @TOD-051 @smoke
    Scenario: Ada has done it
      Given Ada has noted "Buy milk"
      When Ada says that "Buy milk" is done
      Then Ada is shown "Buy milk", done
      And "Buy milk" is on Ada's list, done

    @TOD-052
    Scenario: It was not done after all
      Given Ada has noted "Buy milk"
      And Ada has said that "Buy milk" is done
      When Ada says that "Buy milk" is not done
      Then Ada is shown "Buy milk", not done

    @TOD-053
    Scenario: Another task does not undo what is done
      # A PUT that fills in what isn't given would open the todo again.
      Given Ada has noted "Buy milk"
      And Ada has said that "Buy milk" is done
      When Ada changes "Buy milk" to "Buy tea"
      Then Ada is shown "Buy tea", done

    @TOD-054
    Scenario: Both at once
      Given Ada has noted "Buy milk"
      When Ada changes "Buy milk" to "Buy tea" and says that it is done
      Then Ada is shown "Buy tea", done

    @TOD-055
    Scenario Outline: <change> is no change
      Given Ada has noted "Buy milk"
      When Ada changes "Buy milk" by <change>
      Then it is answered 400 with an error body
      And "Buy milk" is on Ada's list, not done

      Examples:
        | change                        |
        | nothing                       |
        | an empty task                 |
        | null as task                  |
        | a number as task              |
        | a word for done               |
        | a number for done             |
        | null for done                 |
        | a task, and a word for done   |
        | another identifier            |

    @TOD-056
    Scenario: Ada strikes a todo off
      Given Ada has noted "Buy milk"
      When Ada strikes off "Buy milk"
      Then Ada is told that the todo is deleted
      And Ada's list is empty

    @TOD-057
    Scenario: A todo struck off by many at the same moment
      Given Ada has noted "Buy milk"
      When 6 callers strike off "Buy milk" for Ada at the same moment
      Then exactly one of them has done it, and the others don't find it

    @TOD-058
    Scenario: An identifier is not given out again
      # A link kept from before would show something else.
      Given Ada has noted "Buy milk"
      And Ada has struck off "Buy milk"
      When Ada notes "Buy tea"
      Then "Buy tea" has an identifier of its own

  Rule: What isn't there is not found

    @TOD-059
    Scenario Outline: Ada <does> what was struck off
      Given Ada has noted "Buy milk"
      And Ada has struck off "Buy milk"
      When Ada <does> "Buy milk"
      Then it is answered 404 "Todo not found."

      Examples:
        | does           |
        | reads          |
        | finishes       |
        | strikes off    |

    @TOD-060
    Scenario Outline: <identifier> is no todo's
      When Ada reads the todo "<identifier>"
      Then it is answered 404 "Todo not found."

      Examples:
        | identifier           |
        | 0                    |
        | -1                   |
        | 007                  |
        | milk                 |
        | 99999999999999999999 |

  Rule: Nobody gets at another's todos

    @TOD-061
    Scenario Outline: Ben <does> Ada's todo
      Given Ada has noted "A present for Ben"
      When Ben <does> "A present for Ben"
      Then it is answered 403 "Unauthorized."
      And "A present for Ben" is on Ada's list, not done

      Examples:
        | does        |
        | reads       |
        | finishes    |
        | strikes off |

  Rule: A list outlives the service

    @TOD-062 @control @serial @fixture.mended-stack
    Scenario: The service is killed and started again
      Given Ada has noted "Buy milk"
      When todos is killed and started again
      Then "Buy milk" is on Ada's list, not done
