@launcher @control @fixture.machines @function.launchInstance
Feature: Launching an instance

  Rule: An instance is launched from configuration, and its id is told

    @LCH-001 @smoke
    Scenario: The id of a new instance
      When an instance is launched
      Then the answer is the id of an instance that runs

    @LCH-002
    Scenario: What the configuration says
      Given the launcher is configured for the type "t3.small", with a tag of its own
      When an instance is launched as configured
      Then the instance is of the type "t3.small", from the configured image, in the configured subnet
      And the instance and its volume carry the configured tag

    @LCH-003
    Scenario: The instance's metadata is guarded
      When an instance is launched
      Then its metadata is given to those with a token only

    @LCH-004
    Scenario: The instance's disk is encrypted
      # An encrypted disk beside a root disk that isn't would pass a look at any one of them.
      When an instance is launched
      Then its root volume, the only one, is encrypted

  Rule: One request launches one instance

    @LCH-010
    Scenario: A request that is repeated
      Given an instance was launched for the request "build 7"
      When an instance is launched for the request "build 7"
      Then the answer is the same instance as before

    @LCH-011
    Scenario: Another request
      Given an instance was launched for the request "build 7"
      When an instance is launched for the request "build 8"
      Then the answer is another instance than before

    @LCH-012
    Scenario: The same request many times at the same moment
      When 5 callers launch an instance for the request "build 7" at the same moment
      Then all of them are told of one instance

    @LCH-013 @serial
    Scenario: A request whose answer was never given
      Given EC2 did not answer the request "build 7"
      When an instance is launched for the request "build 7"
      Then the answer is the id of an instance that runs

    @LCH-014
    Scenario Outline: A request with <flaw>
      When an instance is launched for a request with <flaw>
      Then the launch is refused with "<message>"

      Examples:
        | flaw                      | message                                             |
        | an empty token            | client_token must be 1 to 64 visible ASCII characters. |
        | a token of 65 characters  | client_token must be 1 to 64 visible ASCII characters. |
        | a token that is no text   | client_token must be 1 to 64 visible ASCII characters. |
        | a field nobody knows      | Unknown field: colour                               |
        | nothing but a list        | The payload must be a JSON object.                  |

  Rule: What keeps an instance from being launched is told, and nothing of the inside

    @LCH-020
    Scenario Outline: <setting> is not configured
      Given the launcher is configured without <setting>
      When an instance is launched as configured
      Then it is not launched because "launcher can't launch: set <setting>."

      Examples:
        | setting              |
        | LAUNCH_IMAGE_ID      |
        | LAUNCH_INSTANCE_TYPE |
        | LAUNCH_SUBNET_ID     |

    @LCH-021
    Scenario Outline: EC2 refuses <what>
      Given the launcher is configured with <what> that doesn't exist
      When an instance is launched as configured
      Then it is not launched because "EC2 refused to launch the instance: the configured <thing> doesn't exist."

      Examples:
        | what      | thing  |
        | an image  | image  |
        | a subnet  | subnet |

    @LCH-022 @serial
    Scenario: EC2 is away
      When an instance is launched while EC2 is away
      Then it is not launched because "The service is not available. Please try again later."
