@auth
Feature: Showing a token

  Rule: A token says who somebody is

    @AUT-060 @smoke
    Scenario: Ada asks who she is
      Given Ada has logged in
      When Ada asks who she is
      Then Ada is told who she is

    @AUT-061
    Scenario: The admin is an admin
      Given the admin has logged in
      When the admin asks who they are
      Then one of the admin's roles is "admin"

    @AUT-062
    Scenario: Nobody is known without a token
      When somebody without a token asks who they are
      Then somebody is told that authentication is required

  Rule: Access tokens are signed so that everybody can check them and nobody else can make them

    @AUT-063
    Scenario: The token names issuer, audience, subject, times, id and roles
      When Ada logs in for the first time
      Then the access token carries issuer, audience, subject, times, id and roles
      And it names Ada and the role "customer"

    @AUT-064
    Scenario: The published keys prove the token
      Given Ada has logged in
      When the published keys are fetched
      Then one of them proves Ada's access token

    @AUT-065
    Scenario: The published keys are public
      # A key set copied from the signing key gives it away.
      When the published keys are fetched
      Then none of them holds a private part

    @AUT-066
    Scenario: The signature is asymmetric
      When Ada logs in for the first time
      Then the access token is signed with an asymmetric algorithm

  Rule: Every service refuses a token that is not what it should be

    @AUT-067
    Scenario Outline: <service> refuses a token that <flaw>
      Given Ada has logged in
      When Ada shows a token that <flaw> to the <service> service
      Then Ada is told that her token is invalid or expired

      Examples:
        | service   | flaw                                      |
        | auth      | is not a token                            |
        | auth      | has another subject than was signed       |
        | auth      | claims to be an admin                     |
        | auth      | is not signed at all                      |
        | auth      | is signed with another key                |
        | auth      | is signed with the public key as a secret |
        | orders    | is not a token                            |
        | orders    | has another subject than was signed       |
        | orders    | is not signed at all                      |
        | orders    | is signed with another key                |
        | orders    | is signed with the public key as a secret |
        | products  | is not a token                            |
        | products  | claims to be an admin                     |
        | products  | is not signed at all                      |
        | products  | is signed with another key                |
        | products  | is signed with the public key as a secret |
        | inventory | is not a token                            |
        | inventory | claims to be an admin                     |
        | inventory | is not signed at all                      |
        | inventory | is signed with another key                |
        | inventory | is signed with the public key as a secret |

    @AUT-068 @control
    Scenario Outline: <service> refuses a well-signed token that <flaw>
      # Signed with the platform's own key: only the claim itself is wrong.
      Given Ada has logged in
      When Ada shows a well-signed token that <flaw> to the <service> service
      Then Ada is told that her token is invalid or expired

      Examples:
        | service   | flaw                       |
        | auth      | expired a minute ago       |
        | auth      | comes from another issuer  |
        | auth      | is meant for somebody else |
        | auth      | never expires              |
        | auth      | has no id                  |
        | orders    | expired a minute ago       |
        | orders    | comes from another issuer  |
        | orders    | is meant for somebody else |
        | orders    | never expires              |
        | products  | expired a minute ago       |
        | products  | comes from another issuer  |
        | products  | is meant for somebody else |
        | inventory | expired a minute ago       |
        | inventory | comes from another issuer  |
        | inventory | is meant for somebody else |

    @AUT-069 @control
    Scenario Outline: <service> accepts a well-signed token without a flaw
      # Otherwise the scenarios above would pass because such tokens are refused anyway.
      Given Ada has logged in
      When Ada shows a well-signed token that has no flaw to the <service> service
      Then Ada is not refused because of her token

      Examples:
        | service   |
        | auth      |
        | orders    |
        | products  |
        | inventory |

    @AUT-070
    Scenario Outline: <service> asks for a token
      When somebody without a token calls the <service> service
      Then somebody is told that authentication is required

      Examples:
        | service   |
        | auth      |
        | orders    |
        | products  |
        | inventory |
