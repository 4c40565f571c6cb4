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
