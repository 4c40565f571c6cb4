@auth
Feature: Staying logged in

  Rule: A refresh token gives two new tokens, once

    @AUT-040 @smoke
    Scenario: Refreshing rotates both tokens
      Given Ada has logged in
      When Ada refreshes her tokens
      Then Ada gets her tokens
      And both of Ada's tokens are new

    @AUT-041
    Scenario: The new tokens are good
      Given Ada has logged in
      And Ada has refreshed her tokens
      When Ada asks who she is
      Then Ada is told who she is

    @AUT-042
    Scenario: The new refresh token is good as well
      Given Ada has logged in
      And Ada has refreshed her tokens
      When Ada refreshes her tokens
      Then Ada gets her tokens

    @AUT-043
    Scenario: A refresh token is good once
      Given Ada has logged in
      And Ada has refreshed her tokens
      When Ada refreshes with the refresh token she used before
      Then Ada is told that her refresh token is invalid

  Rule: A refresh token used twice revokes its whole family

    @AUT-044
    Scenario: The thief's use takes the newest token too
      # Refusing only the old token would leave whoever was faster logged in.
      Given Ada has logged in
      And Ada has refreshed her tokens
      And somebody has used Ada's old refresh token
      When Ada refreshes her tokens
      Then Ada is told that her refresh token is invalid

    @AUT-045
    Scenario: The whole family, not only parent and child
      Given Ada has logged in
      And Ada has refreshed her tokens 3 times
      And somebody has used Ada's first refresh token
      When Ada refreshes her tokens
      Then Ada is told that her refresh token is invalid

    @AUT-046
    Scenario: Another login of the same person is another family
      Given Ada has logged in on her phone and on her desk
      And Ada's refresh token of her phone was used twice
      When Ada refreshes the tokens of her desk
      Then Ada gets her tokens

    @AUT-047
    Scenario: One refresh token used by many at the same moment
      # Reading, checking and then writing lets two of them through.
      Given Ada has logged in
      When 6 callers use Ada's refresh token at the same moment
      Then at most one of them gets tokens
      And Ada's refresh tokens are all refused from then on

  Rule: Only refresh tokens refresh

    @AUT-048
    Scenario Outline: Refreshing with <what>
      Given Ada has logged in
      When Ada refreshes with <what>
      Then Ada is told that her refresh token is invalid

      Examples:
        | what                         |
        | her access token             |
        | a made-up token              |
        | an altered refresh token     |

  Rule: Who logs out is out

    @AUT-049 @smoke
    Scenario: Logging out is confirmed
      Given Ada has logged in
      When Ada logs out
      Then Ada is told nothing but that she is out

    @AUT-050
    Scenario: An access token is refused after logging out
      Given Ada has logged in
      And Ada has logged out
      When Ada asks who she is
      Then Ada is told that her token is invalid or expired

    @AUT-051
    Scenario Outline: The <service> service refuses it too
      # Checking signature and expiry alone would let the token live on elsewhere.
      Given Ada has logged in
      And the <service> service has accepted Ada's token
      And Ada has logged out
      When Ada shows her token to the <service> service
      Then Ada is told that her token is invalid or expired

      Examples:
        | service   |
        | orders    |
        | products  |
        | inventory |

    @AUT-052
    Scenario: Logging out ends the refresh token as well
      Given Ada has logged in
      And Ada has logged out
      When Ada refreshes her tokens
      Then Ada is told that her refresh token is invalid

    @AUT-053
    Scenario: Logging out in one place leaves the other
      Given Ada has logged in on her phone and on her desk
      And Ada has logged out on her phone
      When Ada asks who she is from her desk
      Then Ada is told who she is

    @AUT-054
    Scenario: Nobody is logged out without a token
      When somebody without a token logs out
      Then somebody is told that authentication is required
