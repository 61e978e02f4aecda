/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What can be wrong with a file or with a row of it: name, text key.
 * Included several times on purpose; see convert.h. Only add at the end: the numbers go over the
 * pipe between two programs of the same build, and into stored reports by their key. */
FAULT(NONE, "fault_none")
/* the whole file; the job ends */
FAULT(READ, "fault_read")               /* the input could not be read */
FAULT(COMPRESSION, "fault_compression") /* damaged gzip or zstd */
FAULT(TRUNCATED, "fault_truncated")     /* the file ends too early */
FAULT(TOO_LARGE, "fault_too_large")     /* past the ceiling of the format, unpacked */
FAULT(MEMORY, "fault_memory")           /* needs more memory than a file may */
FAULT(BINARY, "fault_binary")           /* a NUL byte: this is not text */
FAULT(QUOTE_OPEN, "fault_quote_open")   /* a quotation mark is never closed */
FAULT(COLUMNS, "fault_columns")         /* more columns than a table may have */
FAULT(JSON, "fault_json")               /* not JSON, or cut off */
FAULT(SHAPE, "fault_shape")             /* well-formed, but not what the format says */
FAULT(XML, "fault_xml")                 /* not well-formed XML */
FAULT(ENTITY, "fault_entity")           /* XML that declares a document type or entities */
FAULT(FORMAT, "fault_format")           /* not a file of this kind */
FAULT(ENCRYPTED, "fault_encrypted")     /* protected with a password */
FAULT(SHEET, "fault_sheet")             /* no sheet or layer of that name */
FAULT(CRS, "fault_crs")                 /* positions in an unknown system */
FAULT(SANDBOX, "fault_sandbox")         /* the sandbox could not be entered */
FAULT(CRASHED, "fault_crashed")         /* the reader died */
FAULT(TIME, "fault_time")               /* the reader used more time than a file may */
FAULT(STREAM, "fault_stream")           /* the reader wrote what it may not */
FAULT(PROGRAM, "fault_program")         /* the reading program is missing */
/* one row; the job goes on */
FAULT(QUOTE, "fault_quote")         /* text after a closing quotation mark */
FAULT(ROW_SHORT, "fault_row_short") /* fewer cells than there are columns */
FAULT(ROW_LONG, "fault_row_long")   /* more cells than there are columns */
FAULT(ROW_SIZE, "fault_row_size")   /* a row past its ceiling */
FAULT(CELL_SIZE, "fault_cell_size") /* a cell past its ceiling */
FAULT(ENCODING, "fault_encoding")   /* bytes that the chosen encoding does not have */
FAULT(ROW_JSON, "fault_row_json")   /* this line is not JSON */
FAULT(ROW_SHAPE, "fault_row_shape") /* this object is not what the format says */
FAULT(NO_ID, "fault_no_id")         /* a notice without its number */
FAULT(GEOMETRY, "fault_geometry")   /* a shape that cannot be used */
/* the whole file, again */
FAULT(PROGRAM_GDAL, "fault_program_gdal") /* the program that reads GeoPackage is missing */
