@auth
Feature: Registering

  Rule: Anybody may open an account

    @AUT-001 @smoke
    Scenario: Ada opens an account
      When Ada registers
      Then Ada is told that she is registered
      And Ada can log in

    @AUT-002
    Scenario: A new account is a customer's
      # A role taken from the request, or admin by default, would open every door.
      Given Ada has registered
      When Ada asks who she is
      Then Ada's only role is "customer"

  Rule: A username is given out once

    @AUT-003
    Scenario: A username that is taken
      Given Ada has registered
      When Ben registers under Ada's username
      Then Ben is told that the user already exists

    @AUT-004
    Scenario: A refused registration does not change the account
      # Writing first and checking later would give Ada's account Ben's password.
      Given Ada has registered
      And Ben has tried to register under Ada's username
      When Ada logs in
      Then Ada gets her tokens

    @AUT-005
    Scenario: Two registrations of one username at the same moment
      When 8 people register under the same username at the same moment
      Then exactly one of them is registered
      And the others are told that the user already exists

    @AUT-006
    Scenario: The admin's username is taken from the start
      # The admin's account may not exist before the admin first logs in.
      When Ben registers under the admin's username
      Then Ben is told that the user already exists

  Rule: Username and password are required

    @AUT-007
    Scenario Outline: <detail> is <how>
      When Ada registers with <detail> <how>
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

    @AUT-008
    Scenario Outline: A password of <length> characters is refused
      When Ada registers with a password of <length> characters
      Then Ada is told that the password is not good enough

      Examples:
        | length |
        | 1      |
        | 7      |
        | 129    |

    @AUT-009
    Scenario Outline: A password of <length> characters is good
      Given Ada has registered with a password of <length> characters
      When Ada logs in
      Then Ada gets her tokens

      Examples:
        | length |
        | 8      |
        | 128    |

    @AUT-010
    Scenario: The username is no password
      When Ada registers with her username as password
      Then Ada is told that the password is not good enough

    @AUT-011
    Scenario: All characters of a long password count
      # bcrypt looks at the first 72 bytes only.
      Given Ada has registered with a password of 128 characters
      When Ada logs in with the first 127 characters of her password
      Then Ada is told that her credentials are invalid

  Rule: Usernames and e-mail addresses have a form

    @AUT-012
    Scenario Outline: A username with <flaw>
      When Ada registers under a username with <flaw>
      Then Ada is told that the username is not valid

      Examples:
        | flaw          |
        | 2 characters  |
        | 65 characters |
        | a space       |
        | a slash       |
        | an accent     |

    @AUT-013
    Scenario Outline: A username of <length> characters is accepted
      When Ada registers under a username of <length> characters
      Then Ada is told that she is registered

      Examples:
        | length |
        | 3      |
        | 64     |

    @AUT-014
    Scenario Outline: An e-mail address that is <flaw>
      When Ada registers with an e-mail address that is <flaw>
      Then Ada is told that the e-mail address is not valid

      Examples:
        | flaw                |
        | left out            |
        | just a word         |
        | without a domain    |
        | 255 characters long |

    @AUT-015
    Scenario: An e-mail address of 254 characters
      When Ada registers with an e-mail address that is 254 characters long
      Then Ada is told that she is registered

  Rule: Passwords are kept as Argon2id

    @AUT-016 @control
    Scenario: The stored account holds no password
      Given Ada has registered
      When the stored account of Ada is read
      Then it holds an Argon2id hash and nowhere the password

    @AUT-017 @control
    Scenario: Equal passwords are stored differently
      # Without a salt, one guess opens every account of that password.
      Given Ada has registered
      And Ben has registered with Ada's password
      When the stored accounts of Ada and Ben are read
      Then their hashes differ
