@users @every-build
Feature: Joining the directory
  The directory knows everybody's username and e-mail address.

  Rule: Whoever gives a username and an e-mail address is added

    @USR-001 @smoke
    Scenario: A newcomer is added
      When "cleo" joins the directory with the address "cleo@example.com"
      Then the directory confirms that it added "cleo"
      And the directory knows "cleo" with the address "cleo@example.com"

    @USR-002
    Scenario: The answer says where the new entry is found
      # A service could name a place that leads nowhere.
      When "cleo" joins the directory with the address "cleo@example.com"
      Then the place named in the answer shows "cleo"

  Rule: Nobody is added without both details

    @USR-003
    Scenario Outline: <detail> is <how>
      When somebody joins the directory with <detail> <how>
      Then the directory refuses because username and e-mail are required

      Examples:
        | detail             | how      |
        | the username       | left out |
        | the username       | empty    |
        | the username       | null     |
        | the e-mail address | left out |
        | the e-mail address | empty    |
        | the e-mail address | null     |

  Rule: A username has 3 to 64 letters, digits, dots, hyphens or underscores

    @USR-004
    Scenario Outline: A username with <flaw> is refused
      When somebody joins the directory under a username with <flaw>
      Then the directory refuses because the username is not valid

      Examples:
        | flaw             |
        | 2 characters     |
        | 65 characters    |
        | a space          |
        | a slash          |
        | an accent        |
        | a trailing break |

    @USR-005
    Scenario Outline: A username of <length> characters is accepted
      When somebody joins the directory under a username of <length> characters
      Then the directory knows the newcomer

      Examples:
        | length |
        | 3      |
        | 64     |

  Rule: An e-mail address looks like one and has at most 254 characters

    @USR-006
    Scenario Outline: An address <flaw> is refused
      When somebody joins the directory with a flawed address: <flaw>
      Then the directory refuses because the e-mail address is not valid

      Examples:
        | flaw              |
        | without an at     |
        | without a domain  |
        | without a name    |
        | of 255 characters |

    @USR-007
    Scenario: An address of 254 characters is accepted
      When somebody joins the directory with an address of 254 characters
      Then the directory knows the newcomer

  Rule: A username belongs to one person

    @USR-008
    Scenario: A taken username is refused
      # Without the second Then, a service that overwrites first and complains afterwards would pass.
      Given "cleo" is in the directory with the address "cleo@example.com"
      When "cleo" joins the directory with the address "thief@example.com"
      Then the directory refuses because the username is taken
      And the directory knows "cleo" with the address "cleo@example.com"

    @USR-009
    Scenario: When many want one username at the same moment exactly one gets it
      # Reading before writing passes one by one; only real concurrency shows the gap.
      When 8 people join the directory under one username at the same moment, 4 times over
      Then exactly one of them is added each time
      And all others are refused each time because the username is taken
      And the directory knows each winner's address
