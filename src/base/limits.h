/*
 * limits: every size that comes from outside meets one of these before it meets an allocator.
 */
#pragma once

#define LIMIT_WBXML_DEPTH           64
#define LIMIT_WBXML_ELEMENTS        2000000           /* elements of one document */
#define LIMIT_WBXML_TEXT_BYTES      (256u << 20)      /* one string or opaque */
#define LIMIT_HTTP_HEADER_BYTES     (256u << 10)      /* all headers of one answer */
#define LIMIT_HTTP_BODY_BYTES       (512u << 20)      /* one answer, decoded */
#define LIMIT_HTTP_SMALL_BYTES      (64u << 20)       /* the same, where no message comes */
#define LIMIT_HTTP_RATIO            200 /* decoded bytes per byte on the wire … */
#define LIMIT_HTTP_RATIO_FREE       (64u << 20)       /* … past these: zeros are honest, too */
#define LIMIT_HTTP_REDIRECTS        10
#define LIMIT_PICTURE_BYTES         (8u << 20)        /* one from another server … */
#define LIMIT_PICTURES_BYTES        (32u << 20)       /* … all of one message … */
#define LIMIT_PICTURES              200               /* … and how many */
#define LIMIT_MIME_DEPTH            100
#define LIMIT_MIME_PARTS            2000
#define LIMIT_MIME_HEADERS          2000
#define LIMIT_MIME_HEADER_BYTES     (1u << 20)
#define LIMIT_ADDRESSES             10000
#define LIMIT_EVENT_ATTENDEES       5000
#define LIMIT_EVENT_EXCEPTIONS      1000              /* of one series, [MS-ASCAL] 2.2.2.22 */
#define LIMIT_PIM_TEXT_BYTES        (4u << 20)        /* of an event, contact, task or note */
#define LIMIT_PIM_PICTURE_BYTES     (4u << 20)        /* of a contact */
#define LIMIT_HTML_DEPTH            256
#define LIMIT_DOC_BYTES             (16u << 20)       /* HTML or text that is shown */
#define LIMIT_FOLDER_DEPTH          64
#define LIMIT_FOLDERS               20000             /* of one account */
#define LIMIT_CONFIG_BYTES          (1u << 20)
#define LIMIT_COMMAND_OUTPUT_BYTES  (64u << 10)       /* of a password command */
#define LIMIT_FILE_NAME_BYTES       200
#define LIMIT_CMS_BYTES             (256u << 20)      /* one signature or encrypted text */
#define LIMIT_CMS_SIGNERS           16
#define LIMIT_CMS_CERTIFICATES      100
#define LIMIT_CMS_RECIPIENTS        10000
#define LIMIT_CMS_LAYERS            8                 /* signatures and encryptions around a mail */
#define LIMIT_CERTIFICATE_BYTES     (64u << 10)       /* or the key to one */
#define LIMIT_CERTIFICATE_CHANGES   1000              /* at once */
#define LIMIT_KEY_FILE_BYTES        (1u << 20)
#define LIMIT_KEY_FILE_ROUNDS       10000000          /* of all its passwords together: seconds */
#define LIMIT_REVOCATION_BYTES      (4u << 20)        /* a list of what was revoked … */
#define LIMIT_OCSP_BYTES            (64u << 10)       /* … or an answer about one certificate */
#define LIMIT_REVOCATION_SOURCES    4                 /* that one certificate names and are tried */
#define LIMIT_TOKENS                32                /* that are inserted … */
#define LIMIT_TOKEN_CERTIFICATES    100               /* … and what one holds */
#define LIMIT_LDAP_FILTER_BYTES     1000
#define LIMIT_LDAP_ENTRIES          20                /* people who fit one address */
#define LIMIT_LDAP_MESSAGES         100               /* all that a directory says to one question … */
#define LIMIT_LDAP_ANSWER_BYTES     (4u << 20)        /* … the values in it … */
#define LIMIT_LDAP_MESSAGE_BYTES    (2u << 20)        /* … and one of them */
#define LIMIT_LDAP_VALUES           100
