/* device: what we tell a server about ourselves. Constant, so that no server sees another device.
 */
#pragma once
#include "wbxml/wbxml.h"

/* settings:DeviceInformation(Set(…)), [MS-ASCMD] 2.2.3.45. */
void device_write(WbxmlWriter *writer);
