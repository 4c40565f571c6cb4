@media @function.processUpload @control
Feature: Putting aside what is no picture

  Rule: What is no picture is put aside at once, with the reason, and left as it is

    @MED-020 @smoke
    Scenario Outline: <file>
      # The reason is what tells it from a message that failed three times.
      When Ada uploads <file> as "holiday.jpg"
      Then "holiday.jpg" is soon put aside because <reason>
      And it was tried once
      And "holiday.jpg" is still what Ada uploaded
      And "holiday.jpg" has no thumbnail

      Examples:
        | file                     | reason                    |
        | a text                   | it is no image            |
        | an empty file            | it is no image            |
        | half a photo             | it is broken              |
        | a photo of 40 megapixels | it has too many pixels    |
        | a file of 26 mebibytes   | it is too large           |

  Rule: What cannot be read holds nobody up

    @MED-021
    Scenario: Good pictures among bad ones
      When Ada uploads at the same moment
        | file         | name     |
        | a text       | one.jpg  |
        | a JPEG       | two.jpg  |
        | half a photo | three.jpg |
        | a JPEG       | four.jpg |
      Then the thumbnail of "two.jpg" is soon there under the same name
      And the thumbnail of "four.jpg" is soon there under the same name
      And only "one.jpg" and "three.jpg" are put aside

    @MED-022 @waits
    Scenario: Messages that tell of no upload
      When the gallery is told of these, and then Ada uploads the JPEG "holiday.jpg"
        | message                       |
        | not JSON at all               |
        | a list                        |
        | no records                    |
        | a record of somebody else's   |
        | a record without a name       |
        | a name that is no text        |
        | a name that is no UTF-8       |
        | an upload in another bucket   |
      Then the thumbnail of "holiday.jpg" is soon there under the same name
      And each of these messages is soon put aside, untouched and without a reason

    @MED-023
    Scenario: The test message that comes when the bucket is set up
      When the gallery is told that this is a test
      Then the gallery soon has dealt with that message
      And nothing is put aside
