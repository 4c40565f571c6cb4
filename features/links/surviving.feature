@links @control @serial
Feature: Links survive a crash

  Rule: No click is lost when a process dies

    @LNK-080 @fixture.mended-stack
    Scenario: Clicks counted before a crash are still counted
      Given Ada has shortened "https://example.com/crash"
      And the link was followed 5 times
      When the links service dies and comes back
      Then Ada sees that the link has 5 clicks

    @LNK-081 @fixture.mended-stack
    Scenario: Every answered redirect is counted although the service dies among them
      # A count that is kept in memory and written from time to time loses the last of them.
      Given Ada has shortened "https://example.com/storm"
      When the links service dies while readers follow the link
      Then every redirect that was answered is counted

    @LNK-082 @fixture.interruption
    Scenario: Clicks that wait to be moved outlive the service that counted them
      Given Ada has shortened "https://example.com/waiting"
      And the mover rests
      And the link was followed 5 times
      When the links service dies and comes back
      Then Ada sees that the link has 5 clicks

    @LNK-083 @fixture.interruption
    Scenario: Links are followed and counted while the waiting room of clicks is away
      # Its own clicks must be there again, and those that came meanwhile must not replace them.
      Given Ada has shortened "https://example.com/away"
      And the mover rests
      And the link was followed 4 times
      And the waiting room has died
      And the link was followed 3 times
      When the waiting room is back
      Then Ada sees that the link has 7 clicks

  Rule: Clicks are moved to the link once, whoever dies on the way

    @LNK-084 @function.moveClicks @fixture.interruption
    Scenario Outline: The mover dies while it writes, and the write is <fate>
      # What was written before the death is written again, and must not count again.
      Given Ada has shortened "https://example.com/moved"
      And the link was followed 5 times, and the mover is caught writing that
      And the mover died, its write was <fate>, and it was started again
      When the link is followed once more, and that is moved too
      Then Ada sees that the link has 6 clicks

      Examples:
        | fate                     |
        | lost                     |
        | carried out all the same |

    @LNK-085 @function.moveClicks @fixture.interruption
    Scenario: The write of a dead mover is carried out after a second mover's
      # To the second mover's later write, the number of the first is not the last one: "not the same" isn't enough.
      Given Ada has shortened "https://example.com/late"
      And the link was followed 5 times, and the mover is caught writing that
      And the mover died with its write on the way, and a second one was started
      And the link was followed once more, and that was moved too
      When the first mover's write is carried out
      Then Ada sees that the link has 6 clicks
