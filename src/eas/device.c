#include "eas/device.h"

#include "net/net.h"

void device_write(WbxmlWriter *writer)
{
	wbxml_open(writer, WBXML_Settings_DeviceInformation);
	wbxml_open(writer, WBXML_Settings_Set);
	wbxml_text(writer, WBXML_Settings_Model, "Postern");
	wbxml_text(writer, WBXML_Settings_FriendlyName, "Postern");
	wbxml_text(writer, WBXML_Settings_OS, "Linux");
	wbxml_text(writer, WBXML_Settings_UserAgent, net_user_agent());
	wbxml_close(writer);
	wbxml_close(writer);
}
