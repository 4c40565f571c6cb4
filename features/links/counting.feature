@links
Feature: Seeing who follows

  Rule: The maker sees the clicks in total, by day and by referrer

    @LNK-040 @smoke
    Scenario: Clicks are told apart by where they came from
      Given Ada has shortened "https://example.com/news"
      And the link was followed 2 times from "https://blog.example/post/1"
      And the link was followed once from "https://mail.example/inbox"
      When Ada looks at the clicks
      Then 2 clicks came from "blog.example"
      And 1 click came from "mail.example"
      And there are 3 clicks in total

    @LNK-050
    Scenario: A link that is followed from everywhere
      # Whoever keeps each name that is sent can be made to keep as many as anybody likes.
      Given Ada has shortened "https://example.com/everywhere"
      And the link was followed from 101 sites
      When Ada looks at the clicks
      Then 1 click came from "other"
      And there are 101 clicks in total

    @LNK-041
    Scenario: Clicks from nowhere are direct
      Given Ada has shortened "https://example.com/typed"
      And the link was followed once
      When Ada looks at the clicks
      Then 1 click came from "direct"

    @LNK-042
    Scenario: Clicks are counted for the day they happened
      Given Ada has shortened "https://example.com/today"
      And the link was followed 2 times
      When Ada looks at the clicks
      Then all 2 clicks happened today

    @LNK-043
    Scenario: The parts add up to the whole
      # Totals kept apart from their parts drift when readers come together.
      Given Ada has shortened "https://example.com/sum"
      And 20 readers followed the link at the same moment from "https://forum.example/"
      And the link was followed 3 times
      When Ada looks at the clicks
      Then there are 23 clicks in total
      And the days and the referrers add up to 23 clicks each

    @LNK-044
    Scenario: A link nobody followed
      Given Ada has shortened "https://example.com/quiet"
      When Ada looks at the clicks
      Then there are 0 clicks in total
      And there is no day and no referrer

    @LNK-045
    Scenario: The same site with other capitals or another page is one referrer
      Given Ada has shortened "https://example.com/fold"
      And the link was followed once from "https://Blog.Example/a"
      And the link was followed once from "https://blog.example:8443/b?c=d"
      When Ada looks at the clicks
      Then 2 clicks came from "blog.example"

  Rule: Only the key that made a link sees it

    @LNK-046 @smoke
    Scenario: The maker sees the link
      Given Ada has shortened "https://example.com/mine?x=1"
      When Ada looks at the link
      Then Ada sees the link
      And the link says when it was made

    @LNK-047
    Scenario Outline: Ben cannot see Ada's <part>
      Given Ada has shortened "https://example.com/private"
      When Ben looks at the <part>
      Then Ben is not allowed to

      Examples:
        | part   |
        | link   |
        | clicks |

    @LNK-048
    Scenario Outline: Somebody with <key> cannot see the <part>
      Given Ada has shortened "https://example.com/private"
      When somebody with <key> looks at the <part>
      Then somebody is refused because of the key

      Examples:
        | key            | part   |
        | no key         | link   |
        | an unknown key | link   |
        | no key         | clicks |
        | an unknown key | clicks |

    @LNK-049
    Scenario Outline: There is no <part> of a code that was never given out
      When Ada looks at the <part> of the code "0000000"
      Then Ada is told that there is no such link

      Examples:
        | part   |
        | link   |
        | clicks |
