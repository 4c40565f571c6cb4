@links
Feature: Shortening links
  Whoever holds a key can turn a long address into a short one.

  Rule: A key holder gets a short link for a web address

    @LNK-001 @smoke
    Scenario: A long address becomes a short link
      When Ada shortens "https://example.com/catalogue/desks?wood=walnut"
      Then Ada gets a short link
      And following the short link leads to "https://example.com/catalogue/desks?wood=walnut"

    @LNK-002
    Scenario: The short link names its own code
      # A service could hand out a link of one code and a code of another.
      When Ada shortens "https://example.com/autumn"
      Then the short link ends in its code

    @LNK-003
    Scenario Outline: A web address may be <form>
      When Ada shortens a web address that is <form>
      Then following the short link leads to exactly that address

      Examples:
        | form                         |
        | plain http                   |
        | with a port                  |
        | with a query and a fragment  |
        | with escaped characters      |
        | in capitals where it matters |
        | exactly 2,048 characters     |
        | an IPv6 address              |

  Rule: Without an address there is nothing to shorten

    @LNK-004
    Scenario Outline: The address is <flaw>
      When Ada asks for a short link with the address <flaw>
      Then Ada is told that the address is required

      Examples:
        | flaw     |
        | left out |
        | empty    |
        | null     |

  Rule: Only absolute web addresses of at most 2,048 characters are shortened

    @LNK-005
    Scenario Outline: Not a web address: <flaw>
      When Ada shortens a web address that is <flaw>
      Then Ada is told that the address is not valid

      Examples:
        | flaw                   |
        | relative               |
        | without a scheme       |
        | a script               |
        | a file                 |
        | an ftp address         |
        | without a host         |
        | 2,049 characters       |
        | broken by a space      |
        | broken by a line break |
        | just a word            |

  Rule: Every code is 7 characters of base 62, and no two requests get the same

    @LNK-006
    Scenario: A code is 7 letters and digits
      When Ada shortens "https://example.com/code"
      Then the code is 7 letters and digits

    @LNK-007
    Scenario: The same address twice gives two links
      # A code made from the address, by a hash, would pass with different addresses.
      Given Ada has shortened "https://example.com/same"
      When Ada shortens "https://example.com/same"
      Then the two links have different codes
      And both links lead to "https://example.com/same"

    @LNK-008
    Scenario: Many requests at once get as many codes
      When Ada shortens 30 addresses at the same moment
      Then Ada gets 30 different codes

    @LNK-009
    Scenario: A code says nothing about the next
      # A counter written in base 62 would give unique codes too, that anybody can count up.
      When Ada shortens 15 addresses at the same moment
      Then no two of the codes begin with the same 4 characters
      And among their characters are digits, capitals and small letters

  Rule: Keys come from configuration, and nothing is shortened without one

    @LNK-010
    Scenario Outline: Shortening with <key>
      When somebody with <key> shortens "https://example.com/"
      Then somebody is refused because of the key

      Examples:
        | key                    |
        | no key                 |
        | an empty key           |
        | an unknown key         |
        | the beginning of a key |

    @LNK-011
    Scenario: A refused request makes no link
      # The refusal could come after the link was stored, and its code be in the answer.
      When somebody with an unknown key shortens "https://example.com/"
      Then the answer holds no code

  Rule: A key shortens at most 60 addresses a minute

    @LNK-012
    Scenario: The 61st address within a minute is refused
      Given Ada has a key that shortened nothing in the last minute
      And Ada has shortened 60 addresses within the minute
      When Ada shortens "https://example.com/one-too-many"
      Then Ada is told to wait

    @LNK-013
    Scenario: Somebody else's key is not slowed down
      # A limit per address of the caller would refuse Ben too.
      Given Ada has a key that shortened nothing in the last minute
      And Ada has shortened 60 addresses within the minute
      When Ben shortens "https://example.com/mine"
      Then Ben gets a short link

    @LNK-014
    Scenario: A key that has to wait can still read its links
      Given Ada has a key that shortened nothing in the last minute
      And Ada has shortened 60 addresses within the minute
      When Ada looks at the link
      Then Ada sees the link
