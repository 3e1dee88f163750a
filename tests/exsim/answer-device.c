/* Provision and Settings: what server and device tell each other about themselves. Source: [MS-ASPROV], [MS-ASCMD] 2.2.1.18. */
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/oof.h"

#define POLICY_TYPE "MS-EAS-Provisioning-WBXML"

/* What a company of some caution demands. */
static const struct { WbxmlTag tag; const char *value; } policy[] = {
	{ WBXML_Provision_DevicePasswordEnabled, "1" },
	{ WBXML_Provision_AlphanumericDevicePasswordRequired, "0" },
	{ WBXML_Provision_PasswordRecoveryEnabled, "0" },
	{ WBXML_Provision_RequireStorageCardEncryption, "0" },
	{ WBXML_Provision_AttachmentsEnabled, "1" },
	{ WBXML_Provision_MinDevicePasswordLength, "6" },
	{ WBXML_Provision_MaxInactivityTimeDeviceLock, "900" },
	{ WBXML_Provision_MaxDevicePasswordFailedAttempts, "8" },
	{ WBXML_Provision_MaxAttachmentSize, "" },
	{ WBXML_Provision_AllowSimpleDevicePassword, "0" },
	{ WBXML_Provision_DevicePasswordExpiration, "" },
	{ WBXML_Provision_DevicePasswordHistory, "0" },
	{ WBXML_Provision_AllowStorageCard, "1" },
	{ WBXML_Provision_AllowCamera, "1" },
	{ WBXML_Provision_RequireDeviceEncryption, "1" },
	{ WBXML_Provision_AllowUnsignedApplications, "1" },
	{ WBXML_Provision_AllowUnsignedInstallationPackages, "1" },
	{ WBXML_Provision_MinDevicePasswordComplexCharacters, "1" },
	{ WBXML_Provision_AllowWiFi, "1" },
	{ WBXML_Provision_AllowTextMessaging, "1" },
	{ WBXML_Provision_AllowPOPIMAPEmail, "1" },
	{ WBXML_Provision_AllowBluetooth, "2" },
	{ WBXML_Provision_AllowIrDA, "1" },
	{ WBXML_Provision_RequireManualSyncWhenRoaming, "0" },
	{ WBXML_Provision_AllowDesktopSync, "1" },
	{ WBXML_Provision_MaxCalendarAgeFilter, "0" },
	{ WBXML_Provision_AllowHTMLEmail, "1" },
	{ WBXML_Provision_MaxEmailAgeFilter, "0" },
	{ WBXML_Provision_MaxEmailBodyTruncationSize, "-1" },
	{ WBXML_Provision_MaxEmailHTMLBodyTruncationSize, "-1" },
	{ WBXML_Provision_RequireSignedSMIMEMessages, "0" },
	{ WBXML_Provision_RequireEncryptedSMIMEMessages, "0" },
	{ WBXML_Provision_RequireSignedSMIMEAlgorithm, "0" },
	{ WBXML_Provision_RequireEncryptionSMIMEAlgorithm, "0" },
	{ WBXML_Provision_AllowSMIMEEncryptionAlgorithmNegotiation, "2" },
	{ WBXML_Provision_AllowSMIMESoftCerts, "1" },
	{ WBXML_Provision_AllowBrowser, "1" },
	{ WBXML_Provision_AllowConsumerEmail, "1" },
	{ WBXML_Provision_AllowRemoteDesktop, "1" },
	{ WBXML_Provision_AllowInternetSharing, "1" },
};

static void write_policy_document(WbxmlWriter *w)
{
	wbxml_open(w, WBXML_Provision_Data);
	wbxml_open(w, WBXML_Provision_EASProvisionDoc);
	for (size_t i = 0; i < G_N_ELEMENTS(policy); i++)
		wbxml_text(w, policy[i].tag, policy[i].value);
	wbxml_open(w, WBXML_Provision_UnapprovedInROMApplicationList);
	wbxml_text(w, WBXML_Provision_ApplicationName, "example.exe");
	wbxml_close(w);
	wbxml_empty(w, WBXML_Provision_ApprovedApplicationList);
	wbxml_close(w);
	wbxml_close(w);
}

static guint32 new_policy_key(void) { return g_random_int() | 1; }

/* @key 0: none is written. */
static void write_policy(WbxmlWriter *w, int status, guint32 key, bool with_document)
{
	wbxml_open(w, WBXML_Provision_Policies);
	wbxml_open(w, WBXML_Provision_Policy);
	wbxml_text(w, WBXML_Provision_PolicyType, POLICY_TYPE);
	wbxml_int(w, WBXML_Provision_Status, status);
	if (key)
		wbxml_int(w, WBXML_Provision_PolicyKey, key);
	if (with_document)
		write_policy_document(w);
	wbxml_close(w);
	wbxml_close(w);
}

/* Phase one: the document with a temporary key. Phase two: the final key for whoever acknowledges it. */
static void provide_policy(WbxmlWriter *w, Request *request, const Element *asked)
{
	Device *device = request->device;
	const char *type = element_text(asked, WBXML_Provision_PolicyType);
	int64_t key = element_int(asked, WBXML_Provision_PolicyKey, 0), status = element_int(asked, WBXML_Provision_Status, 0);

	if (g_strcmp0(type, POLICY_TYPE) != 0) {
		write_policy(w, 3, 0, false);
	} else if (!request->world->options.require_provision) {
		write_policy(w, 2, 0, false);
	} else if (key == 0) {
		device->temporary_key = new_policy_key();
		write_policy(w, 1, device->temporary_key, true);
	} else if (key != device->temporary_key) {
		write_policy(w, 5, 0, false);
	} else {
		/* 2 is "partly": this server, like Exchange's default, lets such a device in. */
		device->policy_key = status == 1 || status == 2 || status == 4 ? new_policy_key() : 0;
		write_policy(w, 1, device->policy_key, false);
	}
}

static void read_information(Device *device, const Element *information)
{
	const Element *set = element_child(information, WBXML_Settings_Set);

	for (guint i = 0; set && i < set->children->len; i++) {
		const Element *child = g_ptr_array_index(set->children, i);
		const char *name = wbxml_tag_name(child->tag);
		if (name)
			g_hash_table_replace(device->information, g_strdup(name), g_strdup(child->text->str));
	}
}

static void write_wipe(WbxmlWriter *w, const Device *device)
{
	wbxml_empty(w, device->wipe == WIPE_ACCOUNT ? WBXML_Provision_AccountOnlyRemoteWipe : WBXML_Provision_RemoteWipe);
}

static const Element *wipe_report(const Element *root)
{
	const Element *report = element_child(root, WBXML_Provision_RemoteWipe);
	return report ? report : element_child(root, WBXML_Provision_AccountOnlyRemoteWipe);
}

/* [MS-ASPROV] 3.1.5.1: from 14.1 on the first request must tell what device it is; 165 if it does not. */
static bool lacks_information(const Request *request, const Element *information, const Element *asked)
{
	return request->version >= 141 && !information && asked && !element_text(asked, WBXML_Provision_PolicyKey) &&
	       g_hash_table_size(request->device->information) == 0;
}

static void write_provision(Request *request, const Element *information, const Element *asked, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	wbxml_open(w, WBXML_Provision_Provision);
	if (information) {
		wbxml_open(w, WBXML_Settings_DeviceInformation);
		wbxml_text(w, WBXML_Settings_Status, "1");
		wbxml_close(w);
	}
	wbxml_text(w, WBXML_Provision_Status, "1");
	if (request->device->wipe != WIPE_NONE)
		write_wipe(w, request->device);
	else if (asked)
		provide_policy(w, request, asked);
	wbxml_close(w);
	answer_take(answer, w, 1);
}

void answer_provision(Request *request, Answer *answer)
{
	Device *device = request->device;
	const Element *information = element_child(request->root, WBXML_Settings_DeviceInformation);
	const Element *asked = element_child(element_child(request->root, WBXML_Provision_Policies), WBXML_Provision_Policy);

	read_information(device, information);
	if (device->wipe != WIPE_NONE && wipe_report(request->root)) {
		device->wipe_confirmed = true;
		device->wipe = WIPE_NONE;
		answer_with_status(request, 1, answer);
	} else if (lacks_information(request, information, asked)) {
		answer_with_status(request, 165, answer);
	} else {
		write_provision(request, information, asked, answer);
	}
}

/* ---- Settings ---- */

/* [MS-ASCMD] From 14.1 on the addresses lie inside an account. */
static void write_user_information(WbxmlWriter *w, const Request *request)
{
	const User *user = request->user;
	bool has_accounts = request->version >= 141;

	wbxml_open(w, WBXML_Settings_UserInformation);
	wbxml_text(w, WBXML_Settings_Status, "1");
	wbxml_open(w, WBXML_Settings_Get);
	if (has_accounts) {
		wbxml_open(w, WBXML_Settings_Accounts);
		wbxml_open(w, WBXML_Settings_Account);
		wbxml_text(w, WBXML_Settings_UserDisplayName, user->display_name);
	}
	wbxml_open(w, WBXML_Settings_EmailAddresses);
	wbxml_text(w, WBXML_Settings_SMTPAddress, user->email);
	if (has_accounts)
		wbxml_text(w, WBXML_Settings_PrimarySmtpAddress, user->email);
	wbxml_close(w);
	if (has_accounts) {
		wbxml_close(w);
		wbxml_close(w);
	}
	wbxml_close(w);
	wbxml_close(w);
}

static void write_setting(WbxmlWriter *w, Request *request, const Element *asked)
{
	switch ((int)asked->tag) {
	case WBXML_Settings_DeviceInformation:
		read_information(request->device, asked);
		wbxml_open(w, WBXML_Settings_DeviceInformation);
		wbxml_text(w, WBXML_Settings_Status, "1");
		wbxml_close(w);
		break;
	case WBXML_Settings_UserInformation:
		write_user_information(w, request);
		break;
	case WBXML_Settings_Oof:
		oof_answer(w, request, asked);
		break;
	default:
		wbxml_open(w, asked->tag);
		wbxml_text(w, WBXML_Settings_Status, "4");
		wbxml_close(w);
	}
}

void answer_settings(Request *request, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	if (!request->root) {
		answer_with_status(request, 2, answer);
		return;
	}
	wbxml_open(w, WBXML_Settings_Settings);
	wbxml_text(w, WBXML_Settings_Status, "1");
	for (guint i = 0; i < request->root->children->len; i++)
		write_setting(w, request, g_ptr_array_index(request->root->children, i));
	wbxml_close(w);
	answer_take(answer, w, 1);
}
