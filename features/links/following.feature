@links
Feature: Following links

  Rule: A short link leads exactly where its maker said

    @LNK-020 @smoke @load
    Scenario: Following a link
      Given Ada has shortened "https://example.com/Kitchen%20desks?b=2&a=1#top"
      When somebody follows the link
      Then somebody is led to exactly "https://example.com/Kitchen%20desks?b=2&a=1#top"

    @LNK-021 @load
    Scenario: Nobody needs a key to follow a link
      Given Ada has shortened "https://example.com/open"
      When somebody without a key follows the link
      Then somebody is led to exactly "https://example.com/open"

    @LNK-022
    Scenario: Codes know capitals from small letters
      # A store that folds case would lead to somebody else's page.
      Given Ada has shortened "https://example.com/case"
      When somebody follows the link with its capitals and small letters swapped
      Then somebody is told that there is no such link

    @LNK-023
    Scenario Outline: A code that was never given out: <code>
      When somebody follows the code "<code>"
      Then somebody is told that there is no such link

      Examples:
        | code     |
        | 0000000  |
        | abc      |
        | abcdefgh |
        | abc-efg  |

  Rule: Every redirect is counted, once

    @LNK-024
    Scenario: A new link has no clicks
      Given Ada has shortened "https://example.com/new"
      When Ada looks at the link
      Then the link has 0 clicks

    @LNK-025
    Scenario: Each time counts
      Given Ada has shortened "https://example.com/thrice"
      And the link was followed 3 times
      When Ada looks at the link
      Then the link has 3 clicks

    @LNK-026
    Scenario: Many readers at the same moment are all counted
      # Reading the count, adding one and writing it back loses some of them.
      Given Ada has shortened "https://example.com/crowd"
      And 40 readers followed the link at the same moment
      When Ada looks at the link
      Then the link has 40 clicks

    @LNK-027
    Scenario: Looking at a link is not following it
      Given Ada has shortened "https://example.com/look"
      And the link was followed once
      And Ada has looked at the link and its clicks
      When Ada looks at the link
      Then the link has 1 click

    @LNK-028
    Scenario: Clicks of one link do not count for another
      Given Ada has shortened "https://example.com/one"
      And the link was followed 2 times
      And Ada has shortened "https://example.com/two"
      When Ada looks at the link
      Then the link has 0 clicks
