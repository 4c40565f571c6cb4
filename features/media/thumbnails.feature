@media @function.processUpload
Feature: Showing pictures small
  Every picture of these features has four quarters: red, green, blue and yellow.

  Rule: A picture gets a small JPEG that shows the same

    @MED-010 @smoke
    Scenario Outline: <article> <kind>
      # The frames after the first of the animated GIF are black and white.
      When Ada uploads the <kind> "holiday" of 500 by 250 pixels
      Then the thumbnail of "holiday" is soon a JPEG of 128 by 64 pixels
      And it shows the four quarters of "holiday"

      Examples:
        | article | kind               |
        | A       | JPEG               |
        | A       | progressive JPEG   |
        | A       | CMYK JPEG          |
        | A       | PNG                |
        | A       | PNG with a palette |
        | An      | animated GIF       |
        | A       | WebP               |
        | A       | BMP                |
        | A       | TIFF               |

    @MED-011
    Scenario: What can be seen through is white
      # Dropping the transparency alone would show the black behind it.
      When Ada uploads the PNG with alpha "logo" of 500 by 250 pixels
      Then the thumbnail of "logo" is soon a JPEG of 128 by 64 pixels
      And its lower right quarter is white

  Rule: It keeps the shape and is never enlarged

    @MED-012
    Scenario Outline: A picture of <width> by <height> pixels
      When Ada uploads the PNG "holiday" of <width> by <height> pixels
      Then the thumbnail of "holiday" is soon a JPEG of <small width> by <small height> pixels

      Examples:
        | width | height | small width | small height |
        | 1     | 1      | 1           | 1            |
        | 40    | 30     | 40          | 30           |
        | 128   | 128    | 128         | 128          |
        | 129   | 129    | 128         | 128          |
        | 256   | 512    | 64          | 128          |
        | 1500  | 1000   | 128         | 85           |
        | 3000  | 20     | 128         | 1            |

  Rule: A photo is held upright

    @MED-013
    Scenario Outline: A photo with orientation <orientation>
      When Ada uploads a photo "holiday" of 500 by 250 pixels, stored with orientation <orientation>
      Then the thumbnail of "holiday" is soon a JPEG of 128 by 64 pixels
      And it shows the four quarters of "holiday"

      Examples:
        | orientation |
        | 1           |
        | 2           |
        | 3           |
        | 4           |
        | 5           |
        | 6           |
        | 7           |
        | 8           |

  Rule: A thumbnail doesn't tell where a photo was taken

    @MED-014
    Scenario: A photo with a place
      When Ada uploads a photo "holiday" of 500 by 250 pixels, stored with orientation 6
      Then the thumbnail of "holiday" is soon a JPEG of 128 by 64 pixels
      And it holds nothing of where and how it was taken

  Rule: The request id of an upload travels with it

    @MED-015 @control
    Scenario: An upload is found again in log and thumbnail
      When Ada uploads the JPEG "holiday.jpg"
      Then the thumbnail of "holiday.jpg" is soon there under the same name
      And it carries the request id and the trace of "holiday.jpg"
      And the gallery's log lines about "holiday.jpg" carry its request id
