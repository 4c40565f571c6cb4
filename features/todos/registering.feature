@todos
Feature: Signing up for todos

  Rule: Anybody may open an account

    @TOD-001 @smoke
    Scenario: Ada signs up
      When Ada signs up for todos
      Then Ada is told that she is registered
      And Ada can log in to todos

    @TOD-002
    Scenario: An account of the shop is none here
      # Todos keeps accounts of its own.
      Given Ada has registered
      When Ada logs in to todos with her account of the shop
      Then Ada is told that her credentials are invalid

  Rule: A username is given out once

    @TOD-003
    Scenario: A username that is taken
      Given Ada has signed up for todos
      When Ben signs up for todos under Ada's username
      Then Ben is told that the user already exists

    @TOD-004
    Scenario: A refused registration does not change the account
      # Writing first and checking later would give Ada's list to Ben.
      Given Ada has signed up for todos
      And Ben has tried to sign up for todos under Ada's username
      When Ada logs in to todos
      Then Ada gets a token of todos

    @TOD-005
    Scenario: Two registrations of one username at the same moment
      When 8 people sign up for todos under the same username at the same moment
      Then exactly one of them is registered
      And the others are told that the user already exists

  Rule: Username and password are required

    @TOD-006
    Scenario Outline: <detail> is <how>
      When Ada signs up for todos with <detail> <how>
      Then Ada is told that username and password are required

      Examples:
        | detail       | how      |
        | the username | left out |
        | the username | empty    |
        | the username | null     |
        | the password | left out |
        | the password | empty    |
        | the password | null     |

  Rule: A password has 8 to 128 characters and is not the username

    @TOD-007
    Scenario Outline: A password of <length> characters is refused
      When Ada signs up for todos with a password of <length> characters
      Then Ada is told that the password is not good enough

      Examples:
        | length |
        | 1      |
        | 7      |
        | 129    |

    @TOD-008
    Scenario Outline: A password of <length> characters is good
      When Ada signs up for todos with a password of <length> characters
      Then Ada is told that she is registered

      Examples:
        | length |
        | 8      |
        | 128    |

    @TOD-009
    Scenario: The username is no password
      When Ada signs up for todos with her username as password
      Then Ada is told that the password is not good enough

    @TOD-010
    Scenario: All characters of a long password count
      # bcrypt looks at the first 72 bytes only.
      Given Ada has signed up for todos with a password of 128 characters
      When Ada logs in to todos with the first 127 characters of her password
      Then Ada is told that her credentials are invalid

  Rule: A username has a form

    @TOD-011
    Scenario Outline: A username with <flaw>
      When Ada signs up for todos under a username with <flaw>
      Then Ada is told that the username is not valid

      Examples:
        | flaw          |
        | 2 characters  |
        | 65 characters |
        | a space       |
        | a slash       |
        | an accent     |

    @TOD-012
    Scenario Outline: A username of <length> characters is accepted
      When Ada signs up for todos under a username of <length> characters
      Then Ada is told that she is registered

      Examples:
        | length |
        | 3      |
        | 64     |
