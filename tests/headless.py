"""Runs anki-connect-server 0.5 as the add-on that it stands in for; a script for another Python.

It checks every parameter's name and type, which the add-on does not. Three of its actions differ
from the add-on's: `importPackage` fails for every package, `notesInfo` leaves out the cards, and
`updateModelTemplates` gives all templates of a notetype the same sides.
"""

from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki_connect_server.anki_wrapper import AnkiWrapper
from anki_connect_server.api import run_server

notes_info = AnkiWrapper.notes_info


def import_package(self, path):
    options = ImportAnkiPackageOptions(
        merge_notetypes=True, with_scheduling=True, with_deck_configs=True
    )
    request = ImportAnkiPackageRequest(package_path=path, options=options)
    self.col.import_anki_package(request)
    self.col.models._clear_cache()
    return True


def notes_info_with_cards(self, notes):
    found = notes_info(self, notes)
    return [{**info, "cards": list(self.col.card_ids_of_note(info["noteId"]))} for info in found]


def update_model_templates(self, model):
    notetype = self.col.models.by_name(model["name"])
    for template in notetype["tmpls"]:
        sides = model["templates"][template["name"]]
        template["qfmt"], template["afmt"] = sides["Front"], sides["Back"]
    self.col.models.update_dict(notetype)


AnkiWrapper.import_package = import_package
AnkiWrapper.notes_info = notes_info_with_cards
AnkiWrapper.update_model_templates = update_model_templates
run_server()
