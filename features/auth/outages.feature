@auth @serial @control @fixture.interruption
Feature: Tokens while auth is away

  Rule: Whoever knows auth's keys goes on without it

    @RES-054
    Scenario Outline: <service> still knows who is calling
      # A service that asked auth about every token would fall with it.
      Given <service> has met auth's keys
      And auth is down
      When Ada calls <service> with the token she has
      Then <service> knows who she is

      Examples:
        | service   |
        | orders    |
        | products  |
        | inventory |

  Rule: Whoever never met them puts callers off, soon and for a while only

    @RES-055
    Scenario Outline: orders never met the keys, and auth <state>
      # Letting everybody in, or telling a good customer that her token is bad, would both be wrong.
      Given Ada has a token
      And auth <state>, and orders was started again
      When Ada calls orders with the token she has
      Then orders puts her off within 5 seconds

      Examples:
        | state   |
        | is down |
        | hangs   |

    @RES-056
    Scenario: Auth comes back
      Given Ada has a token
      And auth was down when orders was started again and asked
      When auth is started again
      Then orders soon knows who she is

  Rule: Whether a token was taken back must be known

    @RES-057
    Scenario Outline: The list of revoked tokens does not answer <service>
      # Taking silence for "not revoked" would let a stolen token in whenever the store is slow.
      Given <service> has met auth's keys
      When Ada calls <service> while the list of revoked tokens does not answer about hers
      Then <service> puts her off within 9 seconds

      Examples:
        | service |
        | orders  |
        | auth    |
