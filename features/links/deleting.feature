@links
Feature: Deleting links

  Rule: A deleted link is gone

    @LNK-060 @smoke
    Scenario: A deleted link leads nowhere
      Given Ada has shortened "https://example.com/gone"
      And Ada has deleted the link
      When somebody follows the link
      Then somebody is told that there is no such link

    @LNK-061
    Scenario: Deleting is confirmed
      Given Ada has shortened "https://example.com/bye"
      When Ada deletes the link
      Then Ada is told nothing but that it is done

    @LNK-062
    Scenario Outline: The <part> of a deleted link is gone too
      Given Ada has shortened "https://example.com/gone"
      And Ada has deleted the link
      When Ada looks at the <part>
      Then Ada is told that there is no such link

      Examples:
        | part   |
        | link   |
        | clicks |

    @LNK-063
    Scenario: A link cannot be deleted twice
      Given Ada has shortened "https://example.com/twice"
      And Ada has deleted the link
      When Ada deletes the link
      Then Ada is told that there is no such link

    @LNK-064
    Scenario: A click on a deleted link does not bring it back
      # Counting with a write that creates what is missing leaves half a link behind.
      Given Ada has shortened "https://example.com/zombie"
      And Ada has deleted the link
      And somebody has followed the link in vain
      When Ada looks at the link
      Then Ada is told that there is no such link

    @LNK-067
    Scenario: A link that was followed a moment ago leads nowhere once it is deleted
      # An address that was looked up and kept for the next readers outlives the link.
      Given Ada has shortened "https://example.com/warm"
      And 20 readers followed the link at the same moment
      And Ada has deleted the link
      When 20 readers follow the link at the same moment
      Then every reader is told that there is no such link

  Rule: Only the key that made a link deletes it

    @LNK-065
    Scenario: Ben cannot delete Ada's link
      Given Ada has shortened "https://example.com/hers"
      When Ben deletes the link
      Then Ben is not allowed to
      And following the short link leads to "https://example.com/hers"

    @LNK-066
    Scenario Outline: Somebody with <key> cannot delete a link
      # Refusing in the answer and deleting all the same would pass without the last step.
      Given Ada has shortened "https://example.com/hers"
      When somebody with <key> deletes the link
      Then somebody is refused because of the key
      And following the short link leads to "https://example.com/hers"

      Examples:
        | key            |
        | no key         |
        | an unknown key |
