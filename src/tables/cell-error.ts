/** Why a cell, and with it its row, is rejected: the message is the reason given for the row. */
export class CellError extends Error {}
