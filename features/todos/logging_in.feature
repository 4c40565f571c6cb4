@todos
Feature: Logging in to todos

  Rule: The right password gives an access token, and nothing else

    @TOD-020 @smoke
    Scenario: Ada logs in
      Given Ada has signed up for todos
      When Ada logs in to todos
      Then Ada gets a token of todos
      And no cache may keep the answer

  Rule: Wrong credentials are refused, and the answer does not say why

    @TOD-021
    Scenario: A wrong password
      Given Ada has signed up for todos
      When Ada logs in to todos with a wrong password
      Then Ada is told that her credentials are invalid

    @TOD-022
    Scenario: An unknown username gets the very same answer
      Given Ada has signed up for todos
      And Ada has logged in to todos with a wrong password
      When somebody unknown logs in to todos
      Then the two answers are the same

    @TOD-023
    Scenario: An unknown username takes about as long as a wrong password
      # An answer that comes without hashing anything tells which usernames exist.
      Given 5 people have signed up for todos
      When each of them logs in to todos with a wrong password, and as many unknown people in turn
      Then both kinds of answer take about the same time

    @TOD-024
    Scenario Outline: <detail> is <how>
      When Ada logs in to todos with <detail> <how>
      Then Ada is told that username and password are required

      Examples:
        | detail       | how      |
        | the username | left out |
        | the username | empty    |
        | the username | null     |
        | the password | left out |
        | the password | empty    |
        | the password | null     |

  Rule: A token is good where it comes from, and only as it was given out

    @TOD-030
    Scenario Outline: A token that <flaw> is refused
      When Ada shows todos a token that <flaw>
      Then Ada is told that her token is invalid or expired

      Examples:
        | flaw                               |
        | is not a token                     |
        | has another subject than was signed |
        | is not signed at all               |
        | is signed with another secret      |
        | the shop has given her             |

    @TOD-032 @control
    Scenario Outline: A well-signed token that <flaw> is refused
      # Signed with the secret of todos: only the claim itself is wrong.
      When Ada shows todos a well-signed token that <flaw>
      Then Ada is told that her token is invalid or expired

      Examples:
        | flaw                       |
        | expired a minute ago       |
        | comes from another issuer  |
        | is meant for somebody else |
        | never expires              |

    @TOD-033 @control
    Scenario: A well-signed token without a flaw is accepted
      # Otherwise the scenarios above would pass because such tokens are refused anyway.
      When Ada shows todos a well-signed token that has no flaw
      Then Ada is shown her list

    @TOD-031
    Scenario Outline: A token of todos is nothing to <service>
      # A secret shared between services would open the shop to whoever runs todos.
      When Ada shows her token of todos to the <service> service
      Then Ada is told that her token is invalid or expired

      Examples:
        | service   |
        | auth      |
        | orders    |
        | products  |
        | inventory |
