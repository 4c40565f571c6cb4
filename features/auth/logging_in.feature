@auth
Feature: Logging in

  Rule: The right password gives tokens

    @AUT-020 @smoke
    Scenario: Ada logs in
      Given Ada has registered
      When Ada logs in
      Then Ada gets her tokens
      And the access token is good for 15 minutes
      And no cache may keep the answer

    @AUT-021
    Scenario: Every login gives new tokens
      Given Ada has logged in
      When Ada logs in
      Then both of Ada's tokens are new

  Rule: Wrong credentials are refused, and the answer does not say why

    @AUT-022
    Scenario: A wrong password
      Given Ada has registered
      When Ada logs in with a wrong password
      Then Ada is told that her credentials are invalid

    @AUT-023
    Scenario: An unknown username gets the very same answer
      Given Ada has registered
      And Ada has logged in with a wrong password
      When somebody unknown logs in
      Then the two answers are the same

    @AUT-024
    Scenario: An unknown username takes about as long as a wrong password
      # An answer that comes without hashing anything tells which usernames exist.
      Given 5 people have registered
      When each of them logs in with a wrong password, and as many unknown people in turn
      Then both kinds of answer take about the same time

    @AUT-025
    Scenario Outline: <detail> is <how>
      Given Ada has registered
      When Ada logs in with <detail> <how>
      Then Ada is told that username and password are required

      Examples:
        | detail       | how      |
        | the username | left out |
        | the username | empty    |
        | the password | left out |
        | the password | empty    |

  Rule: After 5 failures within a minute a username has to wait

    @AUT-026
    Scenario: The right password comes too late
      Given Ada has registered
      And Ada has logged in with a wrong password 5 times
      When Ada logs in
      Then Ada is told to wait before she logs in again

    @AUT-027
    Scenario: After 4 failures the right password is still good
      Given Ada has registered
      And Ada has logged in with a wrong password 4 times
      When Ada logs in
      Then Ada gets her tokens

    @AUT-028
    Scenario: Successes do not count as failures
      # A limit on logins of any kind would lock out a busy user.
      Given Ada has registered
      And Ada has logged in 6 times
      When Ada logs in
      Then Ada gets her tokens

    @AUT-029
    Scenario: Only the username that failed has to wait
      # A limit per address would lock out everybody behind one router.
      Given Ada has registered
      And Ben has registered
      And Ada has logged in with a wrong password 5 times
      When Ben logs in
      Then Ben gets his tokens

    @AUT-030
    Scenario: An unknown username has to wait too
      # Otherwise the limit tells which usernames exist.
      Given an unknown username has failed to log in 5 times
      When the unknown username is tried again
      Then it is told to wait
