@media @function.processUpload @control
Feature: Describing uploaded files

  Rule: What is known about an uploaded file is written down

    @MED-001 @smoke
    Scenario: A photo is described
      When Ada uploads the JPEG "holiday.jpg"
      Then "holiday.jpg" is soon described: name, bucket, size, type, fingerprint and time of the upload
      And nothing is put aside

    @MED-002
    Scenario Outline: <file> is described too
      # Describing only what can be shown would lose these.
      When Ada uploads <file> as "notes.jpg"
      Then "notes.jpg" is soon described: name, bucket, size, type, fingerprint and time of the upload

      Examples:
        | file                      |
        | a text                    |
        | an empty file             |
        | half a photo              |
        | a photo of 40 megapixels  |
        | a file of 26 mebibytes    |

  Rule: A file keeps the name it was given

    @MED-003
    Scenario Outline: The name "<name>"
      # Events bring names URL-encoded: read as they come, or decoded twice, some of these would be others.
      When Ada uploads the JPEG "<name>"
      Then "<name>" is soon described: name, bucket, size, type, fingerprint and time of the upload
      And the thumbnail of "<name>" is soon there under the same name

      Examples:
        | name                   |
        | sommer am see.jpg      |
        | 1+1=2.jpg              |
        | 100% true.jpg          |
        | 100%25 true.jpg        |
        | a%2Bb+c d.jpg          |
        | what? & why#.jpg       |
        | 写真 из Łódź é.jpg       |
        | 🏔.jpg                  |
        | albums/2026//top.jpg   |
        | ends in a slash/       |

    @MED-004
    Scenario: The longest name there is
      # A thumbnail's name is longer still, so it can have none.
      When Ada uploads a JPEG under a name of 1,024 bytes
      Then it is soon described: name, bucket, size, type, fingerprint and time of the upload
      And it is soon put aside because its name is too long
