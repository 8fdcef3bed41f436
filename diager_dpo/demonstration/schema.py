"""The schema of the made-up company: an ERP as a French maker would have it, with its habits and its gaps.

Numbers of objects come from separate ranges (contacts from 100001, companies from 20001, …), amounts are integer cents,
pure dates are ``YYYY-MM-DD``, instants ``YYYY-MM-DDTHH:MM:SSZ``. ``participation`` points to contacts
without a foreign key, because its rows come from a provider's file, and ``piste`` was imported as it came: that is
where the anomalies of keys live.
"""

TABLES = """
CREATE TABLE demonstration (
  id TEXT PRIMARY KEY NOT NULL,
  fabriquee_le TEXT NOT NULL
);
CREATE TABLE dpo_erasure_receipt (
  purge VARCHAR(64) NOT NULL, item BIGINT NOT NULL, fence BIGINT NOT NULL, counts TEXT NOT NULL,
  done_at VARCHAR(32) NOT NULL,
  PRIMARY KEY (purge, item)
);

CREATE TABLE region (code TEXT PRIMARY KEY NOT NULL, nom TEXT NOT NULL UNIQUE);
CREATE TABLE famille (code TEXT PRIMARY KEY NOT NULL, libelle TEXT NOT NULL);
CREATE TABLE article (
  id INTEGER PRIMARY KEY, reference TEXT NOT NULL UNIQUE, designation TEXT NOT NULL,
  famille_code TEXT NOT NULL REFERENCES famille (code), prix_centimes INTEGER NOT NULL CHECK (prix_centimes > 0)
);
CREATE TABLE salarie (
  id INTEGER PRIMARY KEY, nom TEXT NOT NULL, prenom TEXT NOT NULL, service TEXT NOT NULL, email TEXT NOT NULL UNIQUE
);
CREATE TABLE groupe (id INTEGER PRIMARY KEY, nom TEXT NOT NULL);

CREATE TABLE societe (
  id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, raison_sociale TEXT NOT NULL, adresse TEXT, ville TEXT NOT NULL,
  region_code TEXT NOT NULL REFERENCES region (code), groupe_id INTEGER REFERENCES groupe (id),
  entreprise_individuelle INTEGER NOT NULL DEFAULT 0 CHECK (entreprise_individuelle IN (0, 1)),
  titulaire_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
  commercial_id INTEGER REFERENCES salarie (id), creee_le TEXT NOT NULL
);
CREATE TABLE contact (
  id INTEGER PRIMARY KEY, societe_id INTEGER REFERENCES societe (id), civilite TEXT, nom TEXT NOT NULL,
  prenom TEXT NOT NULL, fonction TEXT, email TEXT NOT NULL UNIQUE, telephone TEXT, mobile TEXT, date_naissance TEXT,
  origine TEXT NOT NULL CHECK (origine IN ('prospection', 'client', 'concours', 'autre')), cree_le TEXT,
  opposition_le TEXT
);
CREATE TABLE piste (
  id INTEGER PRIMARY KEY, reference TEXT, nom TEXT NOT NULL, prenom TEXT, entreprise TEXT, email TEXT, telephone TEXT,
  fichier TEXT NOT NULL, importe_le TEXT, dernier_retour_le TEXT
);

CREATE TABLE contrat (
  id INTEGER PRIMARY KEY, societe_id INTEGER NOT NULL REFERENCES societe (id), reference TEXT NOT NULL UNIQUE,
  commence_le TEXT, fin_commerciale_le TEXT, fin_contrat_le TEXT,
  statut TEXT NOT NULL CHECK (statut IN ('ouvert', 'clos'))
);
CREATE TABLE contrat_interlocuteur (
  contrat_id INTEGER NOT NULL REFERENCES contrat (id), contact_id INTEGER NOT NULL REFERENCES contact (id),
  role TEXT NOT NULL, PRIMARY KEY (contrat_id, contact_id)
);
CREATE TABLE interaction (
  id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact (id),
  sens TEXT NOT NULL CHECK (sens IN ('entrant', 'sortant')), nature TEXT NOT NULL, le TEXT NOT NULL
);
CREATE TABLE commande (
  id INTEGER PRIMARY KEY, societe_id INTEGER REFERENCES societe (id),
  contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
  canal TEXT NOT NULL, le TEXT NOT NULL, instructions TEXT
);
CREATE TABLE ligne_vente (
  id INTEGER PRIMARY KEY, commande_id INTEGER NOT NULL REFERENCES commande (id),
  article_id INTEGER NOT NULL REFERENCES article (id), quantite INTEGER NOT NULL, montant_centimes INTEGER NOT NULL
);
CREATE TABLE facture (
  id INTEGER PRIMARY KEY, numero TEXT NOT NULL UNIQUE, societe_id INTEGER REFERENCES societe (id),
  contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
  a_l_attention_de TEXT, date_facture TEXT NOT NULL, total_centimes INTEGER NOT NULL
);
CREATE TABLE litige (
  id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact (id), objet TEXT NOT NULL, finalite TEXT,
  ouvert_le TEXT NOT NULL, clos_le TEXT
);
CREATE TABLE reclamation (
  id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contact (id), objet TEXT NOT NULL, le TEXT NOT NULL
);
CREATE TABLE reclamation_message (
  id INTEGER PRIMARY KEY, reclamation_id INTEGER NOT NULL REFERENCES reclamation (id), texte TEXT NOT NULL,
  le TEXT NOT NULL
);
CREATE TABLE visite (
  id INTEGER PRIMARY KEY, contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
  second_contact_id INTEGER REFERENCES contact (id) ON DELETE SET NULL,
  salarie_id INTEGER NOT NULL REFERENCES salarie (id), compte_rendu TEXT, le TEXT NOT NULL
);
CREATE TABLE note (
  id INTEGER PRIMARY KEY, objet_type TEXT NOT NULL CHECK (objet_type IN ('contact', 'societe', 'contrat')),
  objet_id INTEGER NOT NULL, texte TEXT NOT NULL, le TEXT NOT NULL
);
CREATE TABLE piece_jointe (
  id INTEGER PRIMARY KEY, objet_type TEXT NOT NULL CHECK (objet_type IN ('contact', 'facture')),
  objet_id INTEGER NOT NULL, fichier TEXT NOT NULL, le TEXT NOT NULL
);
CREATE TABLE modification (
  id INTEGER PRIMARY KEY, table_nom TEXT NOT NULL, cle TEXT NOT NULL, champ TEXT NOT NULL, ancienne_valeur TEXT,
  nouvelle_valeur TEXT, salarie_id INTEGER NOT NULL REFERENCES salarie (id), le TEXT NOT NULL
);

CREATE TABLE operation (
  code TEXT PRIMARY KEY NOT NULL, libelle TEXT NOT NULL, annoncee_le TEXT NOT NULL, ouvre_le TEXT NOT NULL,
  cloture_le TEXT NOT NULL, conserver_jusqu_au TEXT, conserver_duree TEXT, prestataire TEXT
);
CREATE TABLE participation (
  id INTEGER PRIMARY KEY, operation_code TEXT NOT NULL REFERENCES operation (code), contact_id INTEGER,
  reponse TEXT, le TEXT NOT NULL
);
CREATE TABLE consentement (
  id INTEGER PRIMARY KEY, operation_code TEXT NOT NULL REFERENCES operation (code),
  contact_id INTEGER NOT NULL REFERENCES contact (id),
  objet TEXT NOT NULL CHECK (objet IN ('participation', 'lettre')),
  evenement TEXT NOT NULL CHECK (evenement IN ('donne', 'retire')), version_notice TEXT, canal TEXT, le TEXT NOT NULL
);
"""

# Made after the rows: several times faster than keeping them up to date meanwhile.
INDEXES = """
CREATE INDEX societe_titulaire ON societe (titulaire_id);
CREATE INDEX societe_groupe ON societe (groupe_id);
CREATE INDEX contact_societe ON contact (societe_id);
CREATE INDEX contact_nom ON contact (nom, prenom);
CREATE INDEX piste_reference ON piste (reference);
CREATE INDEX contrat_societe ON contrat (societe_id);
CREATE INDEX contrat_interlocuteur_contact ON contrat_interlocuteur (contact_id);
CREATE INDEX interaction_contact ON interaction (contact_id, le);
CREATE INDEX interaction_retour ON interaction (contact_id, le) WHERE sens = 'entrant' AND nature <> 'ouverture';
CREATE INDEX commande_societe ON commande (societe_id, le);
CREATE INDEX commande_contact ON commande (contact_id);
CREATE INDEX ligne_vente_commande ON ligne_vente (commande_id);
CREATE INDEX facture_contact ON facture (contact_id);
CREATE INDEX facture_societe ON facture (societe_id);
CREATE INDEX litige_contact ON litige (contact_id);
CREATE INDEX reclamation_contact ON reclamation (contact_id);
CREATE INDEX reclamation_message_reclamation ON reclamation_message (reclamation_id);
CREATE INDEX visite_contact ON visite (contact_id);
CREATE INDEX visite_second_contact ON visite (second_contact_id);
CREATE INDEX note_objet ON note (objet_type, objet_id);
CREATE INDEX piece_jointe_objet ON piece_jointe (objet_type, objet_id);
CREATE INDEX modification_objet ON modification (table_nom, cle);
CREATE INDEX participation_contact ON participation (contact_id);
CREATE INDEX participation_operation ON participation (operation_code);
CREATE INDEX consentement_contact ON consentement (contact_id);
CREATE INDEX consentement_operation ON consentement (operation_code);
"""
