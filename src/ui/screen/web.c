#include "ui/screen/web.h"

#include "app/place.h"

bool web_is_junk(const Web *web, const Message *message)
{
	const Folder *folder = folders_find(web->folders, message->folder_id);

	if (!folder)
		return false;
	g_autoptr(GPtrArray) folders = folders_of_account(web->folders, folder->account_id);
	return place_find(folders, PLACE_JUNK,
	                  settings_text(web->settings, SETTING_MAIL_JUNK_FOLDER)) == folder;
}

bool web_judge(const Web *web, const Message *message, GalleryWeb *ret_web, GError **err)
{
	const Folder *folder = folders_find(web->folders, message->folder_id);

	*ret_web = (GalleryWeb){ .store = web->store,
		                 .account_id = folder ? folder->account_id : 0,
		                 .wishes = web->wishes };
	return !folder || consent_of(web->store, web->settings, message, folder->account_id,
	                             web_is_junk(web, message), &ret_web->consent, err);
}
