<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>BrushBar</name>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Härte</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>The pen&apos;s pressure makes it wider</source>
        <translation>Der Druck des Stifts macht ihn breiter</translation>
    </message>
    <message>
        <source>The pen&apos;s pressure makes it more opaque</source>
        <translation>Der Druck des Stifts macht ihn deckender</translation>
    </message>
    <message>
        <source>opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>Druck</translation>
    </message>
</context>
<context>
    <name>CanonicalPage</name>
    <message>
        <source>Over the picture</source>
        <translation>Über dem Bild</translation>
    </message>
    <message>
        <source>Beside it</source>
        <translation>Daneben</translation>
    </message>
    <message>
        <source>Make live maps</source>
        <translation>Live-Karten machen</translation>
    </message>
    <message>
        <source>Export it to paint on</source>
        <translation>Zum Bemalen exportieren</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Guides are layers of an EXR: export one to see them here.</source>
        <translation>Hilfsebenen sind Ebenen eines EXR: eines exportieren, um sie hier zu sehen.</translation>
    </message>
    <message>
        <source>Grid, coverage and trust come with an export that has guides.</source>
        <translation>Gitter, Abdeckung und Vertrauen kommen mit einem Export, der Hilfsebenen hat.</translation>
    </message>
</context>
<context>
    <name>ColourChooser</name>
    <message>
        <source>Colour: saturation and value; Page Up and Down turn the hue</source>
        <translation>Farbe: Sättigung und Helligkeit; Bild auf und ab drehen den Farbton</translation>
    </message>
    <message>
        <source>Colour in hand</source>
        <translation>Farbe in der Hand</translation>
    </message>
    <message>
        <source>Colour as #rrggbb</source>
        <translation>Farbe als #rrggbb</translation>
    </message>
    <message>
        <source>Colour as a screen has it: #rrggbb</source>
        <translation>Farbe, wie ein Bildschirm sie hat: #rrggbb</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <source> st</source>
        <translation> Bl</translation>
    </message>
    <message>
        <source>Light of the colour in stops</source>
        <translation>Licht der Farbe in Blenden</translation>
    </message>
    <message>
        <source>Stops above what a screen shows: each makes the colour twice as light</source>
        <translation>Blenden über dem, was ein Bildschirm zeigt: jede macht die Farbe doppelt so hell</translation>
    </message>
    <message>
        <source>Colour used before, {}</source>
        <translation>Früher benutzte Farbe, {}</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>PSNR</source>
        <translation>PSNR</translation>
    </message>
    <message>
        <source>dB, higher is better</source>
        <translation>dB, höher ist besser</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>lower is better</source>
        <translation>niedriger ist besser</translation>
    </message>
</context>
<context>
    <name>ImageOptions</name>
    <message>
        <source>Choose an image ...</source>
        <translation>Ein Bild wählen ...</translation>
    </message>
    <message>
        <source>Middle, x</source>
        <translation>Mitte, x</translation>
    </message>
    <message>
        <source>Middle, y</source>
        <translation>Mitte, y</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Maßstab</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>An image to place</source>
        <translation>Ein Bild zum Platzieren</translation>
    </message>
    <message>
        <source>Images ({})</source>
        <translation>Bilder ({})</translation>
    </message>
    <message>
        <source>{} is read ...</source>
        <translation>{} wird gelesen ...</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Pause the queue</source>
        <translation>Die Reihe ruhen lassen</translation>
    </message>
    <message>
        <source>Stop this job; what it reached is kept</source>
        <translation>Diesen Auftrag anhalten; was erreicht ist, bleibt</translation>
    </message>
    <message>
        <source>{} waiting</source>
        <translation>{} warten</translation>
    </message>
    <message>
        <source>{} more running</source>
        <translation>{} weitere laufen</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>ruht</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Reihe</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>Mit der Reihe weitermachen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Show the queue</source>
        <translation>Die Reihe zeigen</translation>
    </message>
</context>
<context>
    <name>JobList</name>
    <message>
        <source>Nothing is queued. Renders, movies and trainings stand here, one after the other.</source>
        <translation>Nichts wartet. Hier stehen Renderings, Filme und Trainings, eines nach dem anderen.</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Reihe</translation>
    </message>
    <message>
        <source>Clear what is over</source>
        <translation>Fertiges wegräumen</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Die Reihe ruhen lassen</translation>
    </message>
    <message>
        <source>Close the queue</source>
        <translation>Die Reihe schließen</translation>
    </message>
    <message>
        <source>paused: nothing more is started</source>
        <translation>ruht: nichts Neues wird begonnen</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>{} earlier</source>
        <translation>{} früher</translation>
    </message>
    <message>
        <source>{} later</source>
        <translation>{} später</translation>
    </message>
    <message>
        <source>Stop {}; what it reached is kept</source>
        <translation>{} anhalten; was erreicht ist, bleibt</translation>
    </message>
    <message>
        <source>Start {} again</source>
        <translation>{} noch einmal starten</translation>
    </message>
    <message>
        <source>Copy what {} said</source>
        <translation>Kopieren, was {} meldete</translation>
    </message>
    <message>
        <source>Open the folder of {}</source>
        <translation>Den Ordner von {} öffnen</translation>
    </message>
    <message>
        <source>Take {} off the list</source>
        <translation>{} von der Liste nehmen</translation>
    </message>
</context>
<context>
    <name>KeysList</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
</context>
<context>
    <name>KnobForm</name>
    <message>
        <source>More settings</source>
        <translation>Weitere Einstellungen</translation>
    </message>
</context>
<context>
    <name>LayerList</name>
    <message>
        <source>Layers</source>
        <translation>Ebenen</translation>
    </message>
    <message>
        <source>Show or hide the layer</source>
        <translation>Die Ebene zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Lock the layer: nothing is painted on it</source>
        <translation>Die Ebene sperren: auf ihr wird nicht gemalt</translation>
    </message>
    <message>
        <source>Layer up</source>
        <translation>Ebene nach oben</translation>
    </message>
    <message>
        <source>Layer down</source>
        <translation>Ebene nach unten</translation>
    </message>
    <message>
        <source>New layer on what is painted on</source>
        <translation>Neue Ebene auf dem, was bemalt wird</translation>
    </message>
    <message>
        <source>Remove the layer; undo brings it back</source>
        <translation>Die Ebene entfernen; Rückgängig holt sie zurück</translation>
    </message>
    <message>
        <source>How the layer meets what is below</source>
        <translation>Wie die Ebene auf das trifft, was darunter ist</translation>
    </message>
    <message>
        <source>over</source>
        <translation>über</translation>
    </message>
    <message>
        <source>replace</source>
        <translation>ersetzen</translation>
    </message>
    <message>
        <source>multiply</source>
        <translation>multiplizieren</translation>
    </message>
    <message>
        <source>add</source>
        <translation>addieren</translation>
    </message>
    <message>
        <source>Paint in the light of the plate</source>
        <translation>Farbe im Licht der Plate</translation>
    </message>
    <message>
        <source>Paint as it is, whatever the plate&apos;s light</source>
        <translation>Farbe, wie sie ist, gleich welches Licht die Plate hat</translation>
    </message>
    <message>
        <source>Darkens: white changes nothing</source>
        <translation>Verdunkelt: Weiß ändert nichts</translation>
    </message>
    <message>
        <source>Brightens: black changes nothing</source>
        <translation>Hellt auf: Schwarz ändert nichts</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>Deckkraft der Ebene</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open a shot</source>
        <translation>Einstellung öffnen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Nothing runs.</source>
        <translation>Nichts läuft.</translation>
    </message>
    <message>
        <source>Looking for {} ...</source>
        <translation>{} wird gesucht ...</translation>
    </message>
    <message>
        <source>Copied: {}</source>
        <translation>Kopiert: {}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>MattePage</name>
    <message>
        <source>Add to the matte</source>
        <translation>Zur Maske hinzufügen</translation>
    </message>
    <message>
        <source>Take from the matte</source>
        <translation>Von der Maske wegnehmen</translation>
    </message>
    <message>
        <source>Import ...</source>
        <translation>Importieren ...</translation>
    </message>
    <message>
        <source>A matte of the surface, as a sequence of files</source>
        <translation>Eine Maske der Fläche, als Sequenz von Dateien</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>Vorschlagen</translation>
    </message>
    <message>
        <source>Look for what moves on its own; then fix it with the brush</source>
        <translation>Suchen, was sich für sich bewegt; dann mit dem Pinsel ausbessern</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>Ausbessern</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Härte</translation>
    </message>
    <message>
        <source>B adds, X takes away, on the frame that is shown; [ and ] change the size.</source>
        <translation>B fügt hinzu, X nimmt weg, auf dem Bild, das zu sehen ist; [ und ] ändern die Größe.</translation>
    </message>
    <message>
        <source>Import a matte</source>
        <translation>Eine Maske importieren</translation>
    </message>
    <message>
        <source>Without a matte the whole picture is one sheet. With one, the solve and the paint keep to it.</source>
        <translation>Ohne Maske ist das ganze Bild eine Fläche. Mit einer halten sich Lösung und Farbe daran.</translation>
    </message>
    <message>
        <source>The solve and the paint keep to this matte.</source>
        <translation>Lösung und Farbe halten sich an diese Maske.</translation>
    </message>
    <message>
        <source>Front to back: each layer is solved for itself and has its own canonical.</source>
        <translation>Von vorn nach hinten: jede Ebene wird für sich gelöst und hat ihr eigenes Canonical.</translation>
    </message>
</context>
<context>
    <name>MatteRow</name>
    <message>
        <source>Name of layer {}</source>
        <translation>Name der Ebene {}</translation>
    </message>
    <message>
        <source>What the layers before it leave</source>
        <translation>Was die Ebenen davor übrig lassen</translation>
    </message>
    <message>
        <source>Show over the picture</source>
        <translation>Über dem Bild zeigen</translation>
    </message>
    <message>
        <source>Lock: no fixes</source>
        <translation>Sperren: nichts ausbessern</translation>
    </message>
    <message>
        <source>To the front</source>
        <translation>Nach vorn</translation>
    </message>
    <message>
        <source>To the back</source>
        <translation>Nach hinten</translation>
    </message>
    <message>
        <source>Take off the list; its files stay</source>
        <translation>Von der Liste nehmen; die Dateien bleiben</translation>
    </message>
</context>
<context>
    <name>NoticeFrame</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>OutsideBox</name>
    <message>
        <source>Edit outside</source>
        <translation>Außen bearbeiten</translation>
    </message>
    <message>
        <source>Export the canonical and open it in your painting program</source>
        <translation>Das Canonical exportieren und im eigenen Malprogramm öffnen</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Weglassen</translation>
    </message>
    <message>
        <source>Show and render it no more; the file stays</source>
        <translation>Nicht mehr zeigen und rendern; die Datei bleibt</translation>
    </message>
    <message>
        <source>Kind of file, and the program that opens it</source>
        <translation>Art der Datei, und das Programm, das sie öffnet</translation>
    </message>
    <message>
        <source>PNG, 16 bit</source>
        <translation>PNG, 16 Bit</translation>
    </message>
    <message>
        <source>TIFF, 16 bit</source>
        <translation>TIFF, 16 Bit</translation>
    </message>
    <message>
        <source>EXR, scene-linear</source>
        <translation>EXR, szenenlinear</translation>
    </message>
    <message>
        <source>Choose the program ...</source>
        <translation>Das Programm wählen ...</translation>
    </message>
    <message>
        <source>Use the system&apos;s program</source>
        <translation>Das Programm des Systems nehmen</translation>
    </message>
    <message>
        <source>Your painting program</source>
        <translation>Das eigene Malprogramm</translation>
    </message>
    <message>
        <source>Open it again</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>{} Last save: {}.</source>
        <translation>{} Zuletzt gesichert: {}.</translation>
    </message>
</context>
<context>
    <name>PaintPage</name>
    <message>
        <source>Put into the render</source>
        <translation>Ins Rendering nehmen</translation>
    </message>
    <message>
        <source>Keep the paint in the unreel folder, where rendered frames take it from</source>
        <translation>Die Farbe im Unreel-Ordner ablegen, woher gerenderte Bilder sie nehmen</translation>
    </message>
    <message>
        <source>Canonical</source>
        <translation>Canonical</translation>
    </message>
    <message>
        <source>Paint on the canonical: every frame follows</source>
        <translation>Auf das Canonical malen: jedes Bild folgt</translation>
    </message>
    <message>
        <source>Paint on the frame that is shown: the others follow</source>
        <translation>Auf das Bild malen, das zu sehen ist: die anderen folgen</translation>
    </message>
    <message>
        <source>Live beside</source>
        <translation>Live daneben</translation>
    </message>
    <message>
        <source>Show the frame with all paint on it beside what is painted on</source>
        <translation>Das Bild mit aller Farbe neben dem zeigen, worauf gemalt wird</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>Pick a colour</source>
        <translation>Eine Farbe nehmen</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Linie</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Place an image</source>
        <translation>Ein Bild platzieren</translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation>Es gibt nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation>Es gibt nichts zu wiederholen.</translation>
    </message>
    <message>
        <source>Undone: {}</source>
        <translation>Rückgängig: {}</translation>
    </message>
    <message>
        <source>Done again: {}</source>
        <translation>Wiederholt: {}</translation>
    </message>
    <message>
        <source>Broken off.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Frame {}</source>
        <translation>Bild {}</translation>
    </message>
    <message>
        <source>Make the live maps</source>
        <translation>Live-Karten machen</translation>
    </message>
    <message>
        <source>The paint is read ...</source>
        <translation>Die Farbe wird gelesen ...</translation>
    </message>
    <message>
        <source>Painting begins as soon as the first live maps are made ...</source>
        <translation>Malen geht, sobald die ersten Live-Karten gemacht sind ...</translation>
    </message>
    <message>
        <source>To paint, live maps are needed: how each frame lies on the canonical.</source>
        <translation>Zum Malen braucht es Live-Karten: wie jedes Bild auf dem Canonical liegt.</translation>
    </message>
    <message>
        <source>Live on {} of {} frames; more come.</source>
        <translation>Live auf {} von {} Bildern; weitere kommen.</translation>
    </message>
    <message>
        <source>The live maps are of an earlier training.</source>
        <translation>Die Live-Karten sind von einem früheren Training.</translation>
    </message>
    <message>
        <source>Layers of one mode lie between those of another: frames are exact once they are rendered.</source>
        <translation>Ebenen eines Modus liegen zwischen denen eines anderen: genau sind die Bilder, sobald sie gerendert sind.</translation>
    </message>
    <message>
        <source>Saving ...</source>
        <translation>Wird gesichert ...</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gesichert.</translation>
    </message>
    <message>
        <source>Recovered.</source>
        <translation>Wiedergefunden.</translation>
    </message>
    <message>
        <source>Not saved.</source>
        <translation>Nicht gesichert.</translation>
    </message>
    <message>
        <source>To look at only.</source>
        <translation>Nur zum Ansehen.</translation>
    </message>
    <message>
        <source>{} layers are not in the render yet.</source>
        <translation>{} Ebenen sind noch nicht im Rendering.</translation>
    </message>
    <message>
        <source>Not in the render yet: {}.</source>
        <translation>Noch nicht im Rendering: {}.</translation>
    </message>
    <message>
        <source>All paint is in the render.</source>
        <translation>Alle Farbe ist im Rendering.</translation>
    </message>
</context>
<context>
    <name>Plot</name>
    <message>
        <source>PSNR</source>
        <translation>PSNR</translation>
    </message>
</context>
<context>
    <name>PropagatePage</name>
    <message>
        <source>What is shown</source>
        <translation>Was zu sehen ist</translation>
    </message>
    <message>
        <source>Look at</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>How it is compared</source>
        <translation>Wie verglichen wird</translation>
    </message>
    <message>
        <source>Against</source>
        <translation>Gegen</translation>
    </message>
    <message>
        <source>What it is compared with</source>
        <translation>Womit verglichen wird</translation>
    </message>
    <message>
        <source>Drag the line; left of it is the first picture.</source>
        <translation>Die Linie ziehen; links von ihr ist das erste Bild.</translation>
    </message>
    <message>
        <source>Hold Q for the other picture.</source>
        <translation>Q halten für das andere Bild.</translation>
    </message>
    <message>
        <source>Blue: darker than the other, orange: lighter. Exposure makes small differences larger.</source>
        <translation>Blau: dunkler als das andere, orange: heller. Belichtung macht kleine Unterschiede größer.</translation>
    </message>
    <message>
        <source>Hold Q on any page for the picture it is held against.</source>
        <translation>Auf jeder Seite Q halten für das Bild, mit dem verglichen wird.</translation>
    </message>
    <message>
        <source>Live needs its maps: they are made on the page Paint.</source>
        <translation>Live braucht seine Karten: sie werden auf der Seite Malen gemacht.</translation>
    </message>
    <message>
        <source>Nothing is rendered yet.</source>
        <translation>Noch nichts ist gerendert.</translation>
    </message>
    <message>
        <source>Render</source>
        <translation>Rendern</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Copy the command line</source>
        <translation>Befehlszeile kopieren</translation>
    </message>
    <message>
        <source>What does the same in a terminal, or on a farm.</source>
        <translation>Was dasselbe im Terminal tut, oder auf einer Farm.</translation>
    </message>
    <message>
        <source>Write farm job</source>
        <translation>Farm-Auftrag schreiben</translation>
    </message>
    <message>
        <source>A folder that a farm takes as a job, with Open Job Description; Deadline Cloud does.</source>
        <translation>Ein Ordner, den eine Farm mit Open Job Description als Auftrag nimmt; Deadline Cloud tut das.</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
</context>
<context>
    <name>RecentButton</name>
    <message>
        <source>Open {}</source>
        <translation>{} öffnen</translation>
    </message>
</context>
<context>
    <name>Rows</name>
    <message>
        <source>Layers, the uppermost first</source>
        <translation>Ebenen, die oberste zuerst</translation>
    </message>
</context>
<context>
    <name>SheetPage</name>
    <message>
        <source>Movie for dailies</source>
        <translation>Film für Muster</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Codec</source>
        <translation>Codec</translation>
    </message>
    <message>
        <source>Longer side</source>
        <translation>Längere Seite</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>Bilder je Sekunde</translation>
    </message>
    <message>
        <source>Such as 24, 25 or 23.976, which is 24000/1001 exactly. Empty: the plate&apos;s own.</source>
        <translation>Etwa 24, 25 oder 23.976, das genau 24000/1001 ist. Leer: die der Plate.</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Burn in shot, version, date and frame</source>
        <translation>Einstellung, Version, Datum und Bild einbrennen</translation>
    </message>
    <message>
        <source>Make the movie</source>
        <translation>Film machen</translation>
    </message>
    <message>
        <source>Play it</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <source>Frames of the shot beside what the solve makes of them: one picture to judge it by.</source>
        <translation>Bilder der Einstellung neben dem, was die Lösung aus ihnen macht: ein Bild, um sie zu beurteilen.</translation>
    </message>
    <message>
        <source>Make the contact sheet</source>
        <translation>Kontaktbogen machen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Nothing is rendered yet: press Render on the page Propagate, or take the plate.</source>
        <translation>Noch nichts ist gerendert: auf der Seite Übertragen Rendern drücken, oder die Plate nehmen.</translation>
    </message>
    <message>
        <source> It takes the place of the one that is there.</source>
        <translation> Er ersetzt den, der da ist.</translation>
    </message>
    <message>
        <source>Written as {}.</source>
        <translation>Wird {} heißen.</translation>
    </message>
    <message>
        <source>The shown render</source>
        <translation>Das gezeigte Rendering</translation>
    </message>
    <message>
        <source>The plate</source>
        <translation>Die Plate</translation>
    </message>
    <message>
        <source>As the frames are</source>
        <translation>Wie die Bilder sind</translation>
    </message>
</context>
<context>
    <name>ShotPage</name>
    <message>
        <source>Drop a plate: its files, their folder, or a NAME.unreel.</source>
        <translation>Eine Plate fallen lassen: ihre Dateien, deren Ordner oder einen NAME.unreel.</translation>
    </message>
    <message>
        <source>Open ...</source>
        <translation>Öffnen ...</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Neu nachsehen</translation>
    </message>
    <message>
        <source>Read the plate anew: frames may have come, or changed</source>
        <translation>Die Plate neu lesen: Bilder können dazugekommen sein oder sich geändert haben</translation>
    </message>
    <message>
        <source>Colour space</source>
        <translation>Farbraum</translation>
    </message>
    <message>
        <source>Colour space of the plate</source>
        <translation>Farbraum der Plate</translation>
    </message>
    <message>
        <source>How the files&apos; colours are read; training and rendering read them so too</source>
        <translation>Wie die Farben der Dateien gelesen werden; Training und Rendern lesen sie auch so</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>Plate</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlend</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Data window</source>
        <translation>Datenfenster</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Timecode</source>
        <translation>Timecode</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>As found: {}</source>
        <translation>Wie gefunden: {}</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Wieder öffnen</translation>
    </message>
</context>
<context>
    <name>TextOptions</name>
    <message>
        <source>Text, then click on the picture</source>
        <translation>Text, dann ins Bild klicken</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Font</source>
        <translation>Schrift</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>No font is found here: install one, such as DejaVu, to write.</source>
        <translation>Hier ist keine Schrift zu finden: eine installieren, etwa DejaVu, um zu schreiben.</translation>
    </message>
    <message>
        <source>Write the text on the right, then click where it begins.</source>
        <translation>Den Text rechts schreiben, dann klicken, wo er beginnt.</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Timeline</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Frame {} of {} to {}</source>
        <translation>Bild {} von {} bis {}</translation>
    </message>
    <message>
        <source>{} missing</source>
        <translation>{} fehlen</translation>
    </message>
    <message>
        <source>missing on disk</source>
        <translation>fehlt auf der Platte</translation>
    </message>
    <message>
        <source>can&apos;t be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>key frame</source>
        <translation>Schlüsselbild</translation>
    </message>
    <message>
        <source>painted on</source>
        <translation>bemalt</translation>
    </message>
    <message>
        <source>matches poorly: look at it</source>
        <translation>passt schlecht: ansehen</translation>
    </message>
</context>
<context>
    <name>TimelineBar</name>
    <message>
        <source>Frame before</source>
        <translation>Bild davor</translation>
    </message>
    <message>
        <source>Play and stop</source>
        <translation>Abspielen und anhalten</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The frame that is shown</source>
        <translation>Das Bild, das zu sehen ist</translation>
    </message>
</context>
<context>
    <name>TrainPage</name>
    <message>
        <source>Stop and keep</source>
        <translation>Anhalten, behalten</translation>
    </message>
    <message>
        <source>What it reached is kept: Resume goes on from there</source>
        <translation>Was erreicht ist, bleibt: Fortsetzen macht dort weiter</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>What it reached is thrown away; what was trained before stays</source>
        <translation>Was erreicht ist, wird verworfen; was vorher trainiert war, bleibt</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Part of it is trained.</source>
        <translation>Ein Teil ist trainiert.</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>Neu trainieren</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>{} left of this step</source>
        <translation>{} übrig in diesem Schritt</translation>
    </message>
    <message>
        <source>running for {}</source>
        <translation>läuft seit {}</translation>
    </message>
    <message>
        <source>Stopping; what it reached is kept</source>
        <translation>Hält an; was erreicht ist, bleibt</translation>
    </message>
</context>
<context>
    <name>TrainSeen</name>
    <message>
        <source>Canonical so far</source>
        <translation>Canonical bis jetzt</translation>
    </message>
    <message>
        <source>A frame made of it</source>
        <translation>Ein Bild daraus</translation>
    </message>
    <message>
        <source>In the viewer; frames without a preview yet say so</source>
        <translation>Im Betrachter; Bilder ohne Vorschau sagen das</translation>
    </message>
    <message>
        <source>Frame {} made of it</source>
        <translation>Bild {} daraus</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>Plate</translation>
    </message>
    <message>
        <source>Rebuilt</source>
        <translation>Nachgebaut</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
</context>
<context>
    <name>TrainSetup</name>
    <message>
        <source>Train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Estimating ...</source>
        <translation>Wird geschätzt ...</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>a first look</source>
        <translation>ein erster Blick</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>for most shots</source>
        <translation>für die meisten</translation>
    </message>
    <message>
        <source>Hero</source>
        <translation>Hero</translation>
    </message>
    <message>
        <source>final frames</source>
        <translation>fertige Bilder</translation>
    </message>
</context>
<context>
    <name>TrainVerdict</name>
    <message>
        <source>key {}</source>
        <translation>Schlüssel {}</translation>
    </message>
    <message>
        <source>{} layers</source>
        <translation>{} Ebenen</translation>
    </message>
</context>
<context>
    <name>TrainVersions</name>
    <message>
        <source>Earlier trainings</source>
        <translation>Frühere Trainings</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>What is there now is kept in its place</source>
        <translation>Was jetzt da ist, wird dafür aufgehoben</translation>
    </message>
    <message>
        <source>Go back to {}</source>
        <translation>Zurück zu {}</translation>
    </message>
</context>
<context>
    <name>ViewerBar</name>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Luminance</source>
        <translation>Helligkeit</translation>
    </message>
    <message>
        <source>Exposure in stops</source>
        <translation>Belichtung in Blenden</translation>
    </message>
    <message>
        <source>Gamma of what the screen shows</source>
        <translation>Gamma dessen, was der Bildschirm zeigt</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Fit the picture, and again: one pixel is one of the screen</source>
        <translation>Das Bild einpassen, und noch einmal: ein Pixel ist eines des Bildschirms</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Proxy size also where nothing moves</source>
        <translation>Proxygröße auch, wo sich nichts bewegt</translation>
    </message>
    <message>
        <source>Fit {}</source>
        <translation>Eingepasst {}</translation>
    </message>
</context>
<context>
    <name>ViewerPanes</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Second picture</source>
        <translation>Zweites Bild</translation>
    </message>
    <message>
        <source>Frame {} is missing</source>
        <translation>Bild {} fehlt</translation>
    </message>
    <message>
        <source>Frame {} can&apos;t be shown</source>
        <translation>Bild {} lässt sich nicht zeigen</translation>
    </message>
    <message>
        <source>Drop a plate here: its files, their folder, or a NAME.unreel.</source>
        <translation>Hier eine Plate fallen lassen: ihre Dateien, deren Ordner oder einen NAME.unreel.</translation>
    </message>
    <message>
        <source>Reading ...</source>
        <translation>Wird gelesen ...</translation>
    </message>
    <message>
        <source>There is no {} yet.</source>
        <translation>Noch gibt es hier nichts: {}.</translation>
    </message>
</context>
<context>
    <name>canonical</name>
    <message>
        <source>None</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>Gitter</translation>
    </message>
    <message>
        <source>Coverage</source>
        <translation>Abdeckung</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>Blue: every so many pixels of the key frame; orange: its first row and column.</source>
        <translation>Blau: alle so viele Pixel des Schlüsselbilds; orange: seine erste Zeile und Spalte.</translation>
    </message>
    <message>
        <source>Red: no frame shows it. Green: filled from other frames than the key.</source>
        <translation>Rot: kein Bild zeigt es. Grün: gefüllt aus anderen Bildern als dem Schlüsselbild.</translation>
    </message>
    <message>
        <source>Clear: the frames match there. Yellow to red: they match worse, or none shows it.</source>
        <translation>Klar: dort passen die Bilder. Gelb bis rot: sie passen schlechter, oder keines zeigt es.</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>Plate</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Rendered</source>
        <translation>Gerendert</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>Nichts</translation>
    </message>
    <message>
        <source>To find a place on the frames, live maps are needed.</source>
        <translation>Um eine Stelle auf den Bildern zu finden, braucht es Live-Karten.</translation>
    </message>
    <message>
        <source>Live maps are being made: {} frames are ready.</source>
        <translation>Live-Karten werden gemacht: {} Bilder sind bereit.</translation>
    </message>
    <message>
        <source>Point at a picture: the same place is marked in the other. A dotted mark is a guess.</source>
        <translation>Auf ein Bild zeigen: dieselbe Stelle ist im anderen markiert. Eine gepunktete Marke ist geraten.</translation>
    </message>
    <message>
        <source>The shot was trained anew: its live maps are of the former solve.</source>
        <translation>Die Einstellung wurde neu trainiert: ihre Live-Karten sind von der früheren Lösung.</translation>
    </message>
    <message>
        <source>Live maps can&apos;t be used now.</source>
        <translation>Live-Karten lassen sich jetzt nicht nutzen.</translation>
    </message>
</context>
<context>
    <name>face</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Solve the shot. The host stays free meanwhile; closing it stops the training, with a checkpoint.</source>
        <translation>Die Einstellung lösen. Der Host bleibt dabei frei; wird er geschlossen, hält das Training mit einem Zwischenstand an.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the training; what it reached is kept.</source>
        <translation>Das Training anhalten; was erreicht ist, bleibt.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Go on from what a stopped training reached.</source>
        <translation>Von dort weitermachen, wo ein angehaltenes Training stand.</translation>
    </message>
    <message>
        <source>Start detached</source>
        <translation>Losgelöst starten</translation>
    </message>
    <message>
        <source>Solve the shot in a process that goes on when the host is closed.</source>
        <translation>Die Einstellung in einem Prozess lösen, der weiterläuft, wenn der Host geschlossen wird.</translation>
    </message>
    <message>
        <source>Bake inputs</source>
        <translation>Eingänge schreiben</translation>
    </message>
    <message>
        <source>Write the inputs as EXR, where what comes in is not a file as it is.</source>
        <translation>Die Eingänge als EXR schreiben, wo das, was hereinkommt, keine Datei ist, wie sie ist.</translation>
    </message>
    <message>
        <source>Contact sheet</source>
        <translation>Kontaktbogen</translation>
    </message>
    <message>
        <source>Write one picture to judge the solve by, and open it.</source>
        <translation>Ein Bild schreiben, an dem sich die Lösung beurteilen lässt, und es öffnen.</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Neu nachsehen</translation>
    </message>
    <message>
        <source>Look again at the job and at the files it was made of.</source>
        <translation>Den Auftrag und die Dateien, aus denen er entstand, noch einmal ansehen.</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Open the unreel folder in the file browser.</source>
        <translation>Den Unreel-Ordner in der Dateiverwaltung öffnen.</translation>
    </message>
    <message>
        <source>Copy command</source>
        <translation>Befehl kopieren</translation>
    </message>
    <message>
        <source>Copy the command that does the same in a terminal.</source>
        <translation>Den Befehl kopieren, der im Terminal dasselbe tut.</translation>
    </message>
    <message>
        <source>Farm job</source>
        <translation>Farm-Auftrag</translation>
    </message>
    <message>
        <source>Write the training as a job for a farm (Open Job Description), and of the frames where there is a texture: a folder beside the unreel folder.</source>
        <translation>Das Training als Auftrag für eine Farm schreiben (Open Job Description), und den der Bilder, wo es eine Textur gibt: einen Ordner neben dem Unreel-Ordner.</translation>
    </message>
    <message>
        <source>Open panel</source>
        <translation>Panel öffnen</translation>
    </message>
    <message>
        <source>Open this shot in Unreel&apos;s own window; it stays open when the host is closed.</source>
        <translation>Diese Einstellung in Unreels eigenem Fenster öffnen; es bleibt offen, wenn der Host geschlossen wird.</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>Plate</translation>
    </message>
    <message>
        <source>The footage: an EXR sequence (####, %04d, or its folder).</source>
        <translation>Das Material: eine EXR-Sequenz (####, %04d oder ihr Ordner).</translation>
    </message>
    <message>
        <source>Unreel folder</source>
        <translation>Unreel-Ordner</translation>
    </message>
    <message>
        <source>The unreel folder, NAME.unreel: it keeps what is made of the shot.</source>
        <translation>Der Unreel-Ordner, NAME.unreel: er enthält, was aus der Einstellung gemacht wird.</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>The frames to solve, such as 1001-1100 or 1-9x2. By default all that are on disk.</source>
        <translation>Die Bilder, die gelöst werden, etwa 1001-1100 oder 1-9x2. Sonst alle, die da sind.</translation>
    </message>
    <message>
        <source>Missing frames</source>
        <translation>Fehlende Bilder</translation>
    </message>
    <message>
        <source>What stands in for frames that are not on disk.</source>
        <translation>Was an die Stelle von Bildern tritt, die nicht da sind.</translation>
    </message>
    <message>
        <source>Colour space</source>
        <translation>Farbraum</translation>
    </message>
    <message>
        <source>Colour space of the plate. By default scene_linear for EXR, else texture_paint.</source>
        <translation>Farbraum der Plate. Sonst scene_linear bei EXR, texture_paint bei anderen.</translation>
    </message>
    <message>
        <source>OCIO config</source>
        <translation>OCIO-Konfiguration</translation>
    </message>
    <message>
        <source>OpenColorIO config, where $OCIO is not set. By default a built-in one.</source>
        <translation>OpenColorIO-Konfiguration, wo $OCIO nicht gesetzt ist. Sonst eine eingebaute.</translation>
    </message>
    <message>
        <source>Matte</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Matte of the surface to paint, a sequence; the solve and the paint keep to it.</source>
        <translation>Maske der Fläche, die bemalt wird, als Sequenz; Lösung und Farbe halten sich daran.</translation>
    </message>
    <message>
        <source>Matte channel</source>
        <translation>Kanal der Maske</translation>
    </message>
    <message>
        <source>Channel of the matte. By default A, Y or R, whichever is there first.</source>
        <translation>Kanal der Maske. Sonst A, Y oder R, was zuerst da ist.</translation>
    </message>
    <message>
        <source>Invert matte</source>
        <translation>Maske umkehren</translation>
    </message>
    <message>
        <source>The matte is white where the surface is not.</source>
        <translation>Die Maske ist weiß, wo die Fläche nicht ist.</translation>
    </message>
    <message>
        <source>Grow matte</source>
        <translation>Maske wachsen lassen</translation>
    </message>
    <message>
        <source>Grow the matte, or shrink it below 0, in pixels.</source>
        <translation>Die Maske wachsen lassen, unter 0 schrumpfen, in Pixeln.</translation>
    </message>
    <message>
        <source>Baked plate</source>
        <translation>Geschriebene Plate</translation>
    </message>
    <message>
        <source>Where Bake inputs writes the plate; the matte goes beside it. By default beside the unreel folder.</source>
        <translation>Wohin „Eingänge schreiben“ die Plate schreibt; die Maske kommt daneben. Sonst neben den Unreel-Ordner.</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Size and steps of the solve: draft for a first look, hero for final frames, codef and its kin to train fields.</source>
        <translation>Größe und Schritte der Lösung: draft für einen ersten Blick, hero für fertige Bilder, codef und Verwandte, um Felder zu trainieren.</translation>
    </message>
    <message>
        <source>Key frame</source>
        <translation>Schlüsselbild</translation>
    </message>
    <message>
        <source>The frame whose picture the canonical is. By default the one that sees most of the others.</source>
        <translation>Das Bild, das zum Canonical wird. Sonst das, welches am meisten von den anderen sieht.</translation>
    </message>
    <message>
        <source>Further keys</source>
        <translation>Weitere Schlüsselbilder</translation>
    </message>
    <message>
        <source>More key frames, where no frame sees all of the surface.</source>
        <translation>Weitere Schlüsselbilder, wo kein Bild die ganze Fläche sieht.</translation>
    </message>
    <message>
        <source>Stiffness</source>
        <translation>Steifigkeit</translation>
    </message>
    <message>
        <source>How much the surface may bend; auto decides by the footage.</source>
        <translation>Wie sehr die Fläche sich biegen darf; auto entscheidet nach dem Material.</translation>
    </message>
    <message>
        <source>Proxy size</source>
        <translation>Proxygröße</translation>
    </message>
    <message>
        <source>Longest side of the pictures that are matched, in pixels. By default as the preset says.</source>
        <translation>Längste Seite der Bilder, die verglichen werden, in Pixeln. Sonst wie die Vorgabe sagt.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>codef solves the shot against its key frame; fields trains a canonical and a deformation. By default as the preset says.</source>
        <translation>codef löst die Einstellung gegen ihr Schlüsselbild; fields trainiert ein Canonical und eine Verformung. Sonst wie die Vorgabe sagt.</translation>
    </message>
    <message>
        <source>Solve around paint</source>
        <translation>Um die Farbe lösen</translation>
    </message>
    <message>
        <source>Without a matte, solve the surface under each paint by itself. By default as the preset says.</source>
        <translation>Ohne Maske die Fläche unter jeder Farbe für sich lösen. Sonst wie die Vorgabe sagt.</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Gauss-Newton steps a stage, at most. By default as the preset says.</source>
        <translation>Gauß-Newton-Schritte je Stufe, höchstens. Sonst wie die Vorgabe sagt.</translation>
    </message>
    <message>
        <source>Lattice cell</source>
        <translation>Gitterzelle</translation>
    </message>
    <message>
        <source>How finely a soft surface may bend, in pixels of the proxy. By default as the preset says.</source>
        <translation>Wie fein eine weiche Fläche sich biegen darf, in Pixeln des Proxys. Sonst wie die Vorgabe sagt.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Frames worked on at once; 0 is one for each core.</source>
        <translation>Bilder, an denen zugleich gearbeitet wird; 0 heißt eines für jeden Kern.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>GiB that frames are kept in, more of them on disk; 0 is a quarter of what the machine has.</source>
        <translation>GiB, in denen Bilder gehalten werden, weitere auf der Platte; 0 heißt ein Viertel von dem, was die Maschine hat.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed gives the same result.</source>
        <translation>Derselbe Startwert gibt dasselbe Ergebnis.</translation>
    </message>
    <message>
        <source>Vectors forward</source>
        <translation>Vektoren vorwärts</translation>
    </message>
    <message>
        <source>Motion vectors to the next frame, in place of optical flow.</source>
        <translation>Bewegungsvektoren zum nächsten Bild, statt des optischen Flusses.</translation>
    </message>
    <message>
        <source>Vectors backward</source>
        <translation>Vektoren rückwärts</translation>
    </message>
    <message>
        <source>Motion vectors to the frame before.</source>
        <translation>Bewegungsvektoren zum Bild davor.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Ebenen</translation>
    </message>
    <message>
        <source>Several layers, front to back, as NAME=MATTE; NAME alone is what they leave.</source>
        <translation>Mehrere Ebenen, von vorn nach hinten, als NAME=MASKE; NAME allein ist, was sie übrig lassen.</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>What the training does, or what came of it.</source>
        <translation>Was das Training tut oder was daraus wurde.</translation>
    </message>
    <message>
        <source>PSNR</source>
        <translation>PSNR</translation>
    </message>
    <message>
        <source>How well the frames match the key frame, in dB, as a mean.</source>
        <translation>Wie gut die Bilder zum Schlüsselbild passen, in dB, im Mittel.</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>What the figures mean, and what to do about weak frames.</source>
        <translation>Was die Zahlen bedeuten, und was gegen schwache Bilder hilft.</translation>
    </message>
    <message>
        <source>Where the contact sheet is written. By default into the unreel folder.</source>
        <translation>Wohin der Kontaktbogen geschrieben wird. Sonst in den Unreel-Ordner.</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>The folder of the last job: what was asked for, its events and its log.</source>
        <translation>Der Ordner des letzten Auftrags: was verlangt war, seine Ereignisse und sein Protokoll.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Write the picture to paint on, and show it.</source>
        <translation>Das Bild zum Bemalen schreiben und zeigen.</translation>
    </message>
    <message>
        <source>Show file</source>
        <translation>Datei zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the picture in the file browser.</source>
        <translation>Den Ordner des Bildes in der Dateiverwaltung öffnen.</translation>
    </message>
    <message>
        <source>The unreel folder of the shot.</source>
        <translation>Der Unreel-Ordner der Einstellung.</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The picture to paint on: .exr, or a 16-bit .png or .tif.</source>
        <translation>Das Bild zum Bemalen: .exr, oder .png oder .tif mit 16 Bit.</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Ebene</translation>
    </message>
    <message>
        <source>The layer, of a shot that has several.</source>
        <translation>Die Ebene einer Einstellung, die mehrere hat.</translation>
    </message>
    <message>
        <source>The key frame whose canonical is written, of a shot that has several.</source>
        <translation>Das Schlüsselbild, dessen Canonical geschrieben wird, wo es mehrere gibt.</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>plate: real pixels, to paint on. To look at: solved, the average of all frames; field, as it was trained.</source>
        <translation>plate: echte Pixel, zum Bemalen. Zum Ansehen: solved, der Mittelwert aller Bilder; field, wie es trainiert wurde.</translation>
    </message>
    <message>
        <source>Colour space of the picture. By default scene_linear for EXR, texture_paint for PNG and TIFF.</source>
        <translation>Farbraum des Bildes. Sonst scene_linear bei EXR, texture_paint bei PNG und TIFF.</translation>
    </message>
    <message>
        <source>Guides</source>
        <translation>Hilfsebenen</translation>
    </message>
    <message>
        <source>Grid, coverage and confidence as extra layers, to paint by.</source>
        <translation>Gitter, Abdeckung und Vertrauen als zusätzliche Ebenen, als Hilfe beim Malen.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>What the node gives: the picture, or one of its guides.</source>
        <translation>Was der Knoten gibt: das Bild oder eine seiner Hilfsebenen.</translation>
    </message>
    <message>
        <source>What the export does, or what came of it.</source>
        <translation>Was der Export tut oder was daraus wurde.</translation>
    </message>
    <message>
        <source>Bring in</source>
        <translation>Hereinholen</translation>
    </message>
    <message>
        <source>Keep the paint in the unreel folder, for rendering; paint from the graph is written as EXR first.</source>
        <translation>Die Farbe im Unreel-Ordner ablegen, zum Rendern; Farbe aus dem Graphen wird erst als EXR geschrieben.</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Where the paint comes from: the node&apos;s input, or a file.</source>
        <translation>Woher die Farbe kommt: vom Eingang des Knotens oder aus einer Datei.</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>The paint: a layer with alpha, or the whole picture painted over.</source>
        <translation>Die Farbe: eine Ebene mit Alpha, oder das ganze Bild, übermalt.</translation>
    </message>
    <message>
        <source>Painted</source>
        <translation>Gemalt</translation>
    </message>
    <message>
        <source>What comes in: a layer with alpha, or the whole picture painted over, whose change is taken. Bring in finds it out by itself.</source>
        <translation>Was hereinkommt: eine Ebene mit Alpha, oder das ganze Bild, übermalt, dessen Änderung genommen wird. Hereinholen findet es selbst heraus.</translation>
    </message>
    <message>
        <source>Painted on</source>
        <translation>Gemalt auf</translation>
    </message>
    <message>
        <source>What was painted: the canonical, or a frame by its number.</source>
        <translation>Was bemalt wurde: das Canonical oder ein Bild, mit seiner Nummer.</translation>
    </message>
    <message>
        <source>The layer it was painted on, of a shot that has several.</source>
        <translation>Die Ebene, auf die gemalt wurde, wo es mehrere gibt.</translation>
    </message>
    <message>
        <source>The key frame of the canonical it was painted on, of a shot that has several.</source>
        <translation>Das Schlüsselbild des Canonicals, auf das gemalt wurde, wo es mehrere gibt.</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>How the paint meets the plate.</source>
        <translation>Wie die Farbe auf die Plate trifft.</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>0 is clear, 1 is as painted.</source>
        <translation>0 ist durchsichtig, 1 ist wie gemalt.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of the texture. By default the file&apos;s.</source>
        <translation>Name der Textur. Sonst der der Datei.</translation>
    </message>
    <message>
        <source>Colour space of the file. By default from its type.</source>
        <translation>Farbraum der Datei. Sonst nach ihrer Art.</translation>
    </message>
    <message>
        <source>Baked paint</source>
        <translation>Geschriebene Farbe</translation>
    </message>
    <message>
        <source>Where Bring in writes paint from the graph. By default beside the unreel folder.</source>
        <translation>Wohin „Hereinholen“ Farbe aus dem Graphen schreibt. Sonst neben den Unreel-Ordner.</translation>
    </message>
    <message>
        <source>What the import does, or what came of it.</source>
        <translation>Was der Import tut oder was daraus wurde.</translation>
    </message>
    <message>
        <source>Make live</source>
        <translation>Live machen</translation>
    </message>
    <message>
        <source>Write the maps that native nodes need to lay any paint on all frames at once.</source>
        <translation>Die Karten schreiben, mit denen eigene Knoten des Hosts jede Farbe sofort auf alle Bilder legen.</translation>
    </message>
    <message>
        <source>Render</source>
        <translation>Rendern</translation>
    </message>
    <message>
        <source>Write the frames with all that Unreel can do, into a new version, and read them here.</source>
        <translation>Die Bilder mit allem, was Unreel kann, in eine neue Version schreiben und hier lesen.</translation>
    </message>
    <message>
        <source>Stop the job; the frames that it wrote are kept.</source>
        <translation>Den Auftrag anhalten; die Bilder, die er schrieb, bleiben.</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>Einfrieren</translation>
    </message>
    <message>
        <source>Leave plain native nodes that render without Unreel.</source>
        <translation>Einfache eigene Knoten des Hosts hinterlassen, die ohne Unreel rendern.</translation>
    </message>
    <message>
        <source>Show files</source>
        <translation>Dateien zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the frames in the file browser.</source>
        <translation>Den Ordner der Bilder in der Dateiverwaltung öffnen.</translation>
    </message>
    <message>
        <source>Write Render as a job for a farm (Open Job Description): a folder beside the unreel folder.</source>
        <translation>Rendern als Auftrag für eine Farm schreiben (Open Job Description): einen Ordner neben dem Unreel-Ordner.</translation>
    </message>
    <message>
        <source>Way</source>
        <translation>Weg</translation>
    </message>
    <message>
        <source>live: native nodes lay the texture that comes in. rendered: the frames that Render wrote.</source>
        <translation>live: eigene Knoten des Hosts legen die Textur, die hereinkommt. rendered: die Bilder, die Rendern schrieb.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>What the node gives: the finished picture, the edit as a layer, or a map. The last three are there once they are rendered.</source>
        <translation>Was der Knoten gibt: das fertige Bild, die Bearbeitung als Ebene oder eine Karte. Die letzten drei gibt es, sobald sie gerendert sind.</translation>
    </message>
    <message>
        <source>live: how the texture that comes in meets the plate. replace keeps the light it was painted in.</source>
        <translation>live: wie die Textur, die hereinkommt, auf die Plate trifft. replace behält das Licht, in dem sie gemalt wurde.</translation>
    </message>
    <message>
        <source>live: what comes in is a layer with alpha, or the whole picture painted over.</source>
        <translation>live: was hereinkommt, ist eine Ebene mit Alpha oder das ganze Bild, übermalt.</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>Dunkelstes</translation>
    </message>
    <message>
        <source>live: how far below 0 paint may go. At 0 the filter leaves no dark rim beside it. For paint with samples below 0 set the least of them; not used for the mode add.</source>
        <translation>live: wie weit Farbe unter 0 gehen darf. Bei 0 lässt der Filter keinen dunklen Rand daneben. Für Farbe mit Werten unter 0 den kleinsten davon angeben; im Modus add ohne Wirkung.</translation>
    </message>
    <message>
        <source>Frames to write</source>
        <translation>Bilder, die geschrieben werden</translation>
    </message>
    <message>
        <source>The frames to write, such as out.####.exr; one # for each digit.</source>
        <translation>Die Bilder, die geschrieben werden, etwa out.####.exr; ein # je Ziffer.</translation>
    </message>
    <message>
        <source>The frames to write. By default all of the shot.</source>
        <translation>Die Bilder, die geschrieben werden. Sonst alle der Einstellung.</translation>
    </message>
    <message>
        <source>Textures</source>
        <translation>Texturen</translation>
    </message>
    <message>
        <source>The textures to lay, by name. By default all, in the order they were imported.</source>
        <translation>Die Texturen, die gelegt werden, mit Namen. Sonst alle, wie sie hereinkamen.</translation>
    </message>
    <message>
        <source>This layer alone. By default all, back to front.</source>
        <translation>Nur diese Ebene. Sonst alle, von hinten nach vorn.</translation>
    </message>
    <message>
        <source>Outputs</source>
        <translation>Ausgaben</translation>
    </message>
    <message>
        <source>What to write: comp (finished frames), layer (the edit), clean, stmap, inverse, visibility, confidence, live (maps for native nodes).</source>
        <translation>Was geschrieben wird: comp (fertige Bilder), layer (die Bearbeitung), clean, stmap, inverse, visibility, confidence, live (Karten für eigene Knoten des Hosts).</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Licht</translation>
    </message>
    <message>
        <source>How much of the plate&apos;s change of light falls on the paint.</source>
        <translation>Wie viel vom Lichtwechsel der Plate auf die Farbe fällt.</translation>
    </message>
    <message>
        <source>Light fineness</source>
        <translation>Feinheit des Lichts</translation>
    </message>
    <message>
        <source>Fineness of that light, in pixels; larger is smoother. By default 0.5.</source>
        <translation>Feinheit dieses Lichts, in Pixeln; größer ist glatter. Sonst 0.5.</translation>
    </message>
    <message>
        <source>Sharpness</source>
        <translation>Schärfe</translation>
    </message>
    <message>
        <source>How far the paint gets as soft as the plate.</source>
        <translation>Wie weit die Farbe so weich wird wie die Plate.</translation>
    </message>
    <message>
        <source>Grain</source>
        <translation>Korn</translation>
    </message>
    <message>
        <source>Grain on the paint, as a share of the plate&apos;s.</source>
        <translation>Korn auf der Farbe, als Anteil von dem der Plate.</translation>
    </message>
    <message>
        <source>Shutter</source>
        <translation>Verschluss</translation>
    </message>
    <message>
        <source>Motion blur of the paint: shutter angle in degrees, 180 is half a frame.</source>
        <translation>Bewegungsunschärfe der Farbe: Winkel des Verschlusses in Grad, 180 ist ein halbes Bild.</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>Zeitpunkte</translation>
    </message>
    <message>
        <source>Moments of the shot instead of its frames, such as 1001-1050x0.5, or a file of them.</source>
        <translation>Zeitpunkte der Einstellung statt ihrer Bilder, etwa 1001-1050x0.5, oder eine Datei davon.</translation>
    </message>
    <message>
        <source>Retimed plate</source>
        <translation>Umgezeitete Plate</translation>
    </message>
    <message>
        <source>With times: the retimed plate, numbered as the output.</source>
        <translation>Mit Zeitpunkten: die umgezeitete Plate, beziffert wie die Ausgabe.</translation>
    </message>
    <message>
        <source>Canonical</source>
        <translation>Canonical</translation>
    </message>
    <message>
        <source>live: the canonical, as Make live wrote it.</source>
        <translation>live: das Canonical, wie „Live machen“ es schrieb.</translation>
    </message>
    <message>
        <source>Live ST map</source>
        <translation>Live-ST-Karte</translation>
    </message>
    <message>
        <source>live: where each pixel lies on the canonical, carried on past the surface&apos;s edge.</source>
        <translation>live: wo jedes Pixel auf dem Canonical liegt, über den Rand der Fläche hinaus fortgesetzt.</translation>
    </message>
    <message>
        <source>Live light</source>
        <translation>Live-Licht</translation>
    </message>
    <message>
        <source>live: the light on the surface, and in alpha how much of the pixel is the surface.</source>
        <translation>live: das Licht auf der Fläche, und in Alpha, wie viel vom Pixel die Fläche ist.</translation>
    </message>
    <message>
        <source>Live cover</source>
        <translation>Live-Deckung</translation>
    </message>
    <message>
        <source>live: how much of the plate goes where the texture covers.</source>
        <translation>live: wie viel von der Plate verschwindet, wo die Textur deckt.</translation>
    </message>
    <message>
        <source>Rendered picture</source>
        <translation>Gerendertes Bild</translation>
    </message>
    <message>
        <source>rendered: the finished frames.</source>
        <translation>rendered: die fertigen Bilder.</translation>
    </message>
    <message>
        <source>Rendered layer</source>
        <translation>Gerenderte Ebene</translation>
    </message>
    <message>
        <source>rendered: the edit as a layer.</source>
        <translation>rendered: die Bearbeitung als Ebene.</translation>
    </message>
    <message>
        <source>Rendered ST map</source>
        <translation>Gerenderte ST-Karte</translation>
    </message>
    <message>
        <source>rendered: the ST map, canonical to frame.</source>
        <translation>rendered: die ST-Karte, vom Canonical zum Bild.</translation>
    </message>
    <message>
        <source>Rendered inverse</source>
        <translation>Gerenderte Umkehrung</translation>
    </message>
    <message>
        <source>The ST map back, frame to canonical, as it was rendered.</source>
        <translation>Die ST-Karte zurück, vom Bild zum Canonical, wie sie gerendert wurde.</translation>
    </message>
    <message>
        <source>Rendered visibility</source>
        <translation>Gerenderte Sichtbarkeit</translation>
    </message>
    <message>
        <source>How much each pixel shows the layer, as it was rendered.</source>
        <translation>Wie sehr jedes Pixel die Ebene zeigt, wie es gerendert wurde.</translation>
    </message>
    <message>
        <source>Rendered confidence</source>
        <translation>Gerendertes Vertrauen</translation>
    </message>
    <message>
        <source>How well the frames match the key frame, as it was rendered.</source>
        <translation>Wie gut die Bilder zum Schlüsselbild passen, wie es gerendert wurde.</translation>
    </message>
    <message>
        <source>What the job does, or what came of it.</source>
        <translation>Was der Auftrag tut oder was daraus wurde.</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>form</name>
    <message>
        <source>Choose</source>
        <translation>Wählen</translation>
    </message>
    <message>
        <source>Choose {}</source>
        <translation>{} wählen</translation>
    </message>
</context>
<context>
    <name>kinds</name>
    <message>
        <source>painted canonical</source>
        <translation>bemaltes Canonical</translation>
    </message>
    <message>
        <source>live result</source>
        <translation>Live-Ergebnis</translation>
    </message>
</context>
<context>
    <name>pages</name>
    <message>
        <source>No shot is open.</source>
        <translation>Keine Einstellung ist offen.</translation>
    </message>
    <message>
        <source>Open a shot</source>
        <translation>Einstellung öffnen</translation>
    </message>
    <message>
        <source>This shot is not trained yet.</source>
        <translation>Diese Einstellung ist noch nicht trainiert.</translation>
    </message>
    <message>
        <source>Go to Train</source>
        <translation>Zum Training</translation>
    </message>
</context>
<context>
    <name>paint</name>
    <message>
        <source>This picture is to look at: choose Canonical or Frame.</source>
        <translation>Dieses Bild ist zum Ansehen: Canonical oder Bild wählen.</translation>
    </message>
    <message>
        <source>There is no colour here.</source>
        <translation>Hier ist keine Farbe.</translation>
    </message>
</context>
<context>
    <name>propagate</name>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Rendered</source>
        <translation>Gerendert</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>Plate</translation>
    </message>
    <message>
        <source>One</source>
        <translation>Eines</translation>
    </message>
    <message>
        <source>Wipe</source>
        <translation>Wischen</translation>
    </message>
    <message>
        <source>Flicker</source>
        <translation>Flackern</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Finished frames</source>
        <translation>Fertige Bilder</translation>
    </message>
    <message>
        <source>The plate with the paint on it, all its channels and metadata; always written.</source>
        <translation>Die Plate mit der Farbe darauf, allen Kanälen und Metadaten; wird immer geschrieben.</translation>
    </message>
    <message>
        <source>The edit as a layer</source>
        <translation>Die Bearbeitung als Ebene</translation>
    </message>
    <message>
        <source>The paint alone, premultiplied, to lay over the plate elsewhere.</source>
        <translation>Die Farbe allein, vormultipliziert, um sie anderswo über die Plate zu legen.</translation>
    </message>
    <message>
        <source>Clean plate</source>
        <translation>Reine Plate</translation>
    </message>
    <message>
        <source>The layer where something stands before it.</source>
        <translation>Die Ebene, wo etwas vor ihr steht.</translation>
    </message>
    <message>
        <source>ST map</source>
        <translation>ST-Karte</translation>
    </message>
    <message>
        <source>Where each pixel of a frame lies on the canonical.</source>
        <translation>Wo jedes Pixel eines Bildes auf dem Canonical liegt.</translation>
    </message>
    <message>
        <source>Inverse ST map</source>
        <translation>Umgekehrte ST-Karte</translation>
    </message>
    <message>
        <source>Where each pixel of the canonical lies in the frame.</source>
        <translation>Wo jedes Pixel des Canonicals im Bild liegt.</translation>
    </message>
    <message>
        <source>Visibility</source>
        <translation>Sichtbarkeit</translation>
    </message>
    <message>
        <source>How much each pixel shows the layer.</source>
        <translation>Wie sehr jedes Pixel die Ebene zeigt.</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>How well each frame matches the key frame.</source>
        <translation>Wie gut jedes Bild zum Schlüsselbild passt.</translation>
    </message>
</context>
<context>
    <name>shortcuts</name>
    <message>
        <source>Shot</source>
        <translation>Einstellung</translation>
    </message>
    <message>
        <source>Matte</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Canonical</source>
        <translation>Canonical</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Propagate</source>
        <translation>Übertragen</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Bogen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Editing</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>Open a shot</source>
        <translation>Einstellung öffnen</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>überall</translation>
    </message>
    <message>
        <source>Close the panel</source>
        <translation>Das Panel schließen</translation>
    </message>
    <message>
        <source>Do what the page&apos;s main button says</source>
        <translation>Tun, was der Hauptknopf der Seite sagt</translation>
    </message>
    <message>
        <source>Stop what runs; what it reached is kept</source>
        <translation>Anhalten, was läuft; was erreicht ist, bleibt</translation>
    </message>
    <message>
        <source>This list of keys</source>
        <translation>Diese Liste der Tasten</translation>
    </message>
    <message>
        <source>Hide and show all but the picture</source>
        <translation>Alles außer dem Bild verbergen und zeigen</translation>
    </message>
    <message>
        <source>Close the newest notice, or break off a stroke</source>
        <translation>Den neuesten Hinweis schließen oder einen Strich abbrechen</translation>
    </message>
    <message>
        <source>Play and stop</source>
        <translation>Abspielen und anhalten</translation>
    </message>
    <message>
        <source>Play backward</source>
        <translation>Rückwärts abspielen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Frame before</source>
        <translation>Bild davor</translation>
    </message>
    <message>
        <source>Ten frames on</source>
        <translation>Zehn Bilder weiter</translation>
    </message>
    <message>
        <source>Ten frames back</source>
        <translation>Zehn Bilder zurück</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>Erstes Bild</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>Letztes Bild</translation>
    </message>
    <message>
        <source>Fit the picture into the viewer</source>
        <translation>Das Bild einpassen</translation>
    </message>
    <message>
        <source>One pixel of the picture is one of the screen</source>
        <translation>Ein Pixel des Bildes ist eines des Bildschirms</translation>
    </message>
    <message>
        <source>Closer</source>
        <translation>Näher</translation>
    </message>
    <message>
        <source>Farther</source>
        <translation>Weiter weg</translation>
    </message>
    <message>
        <source>Half a stop brighter</source>
        <translation>Eine halbe Blende heller</translation>
    </message>
    <message>
        <source>Half a stop darker</source>
        <translation>Eine halbe Blende dunkler</translation>
    </message>
    <message>
        <source>Exposure, gamma and channel as at the start</source>
        <translation>Belichtung, Gamma und Kanal wie am Anfang</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Red alone</source>
        <translation>Nur Rot</translation>
    </message>
    <message>
        <source>Green alone</source>
        <translation>Nur Grün</translation>
    </message>
    <message>
        <source>Blue alone; while painting only by the viewer&apos;s bar</source>
        <translation>Nur Blau; beim Malen nur über die Leiste am Bild</translation>
    </message>
    <message>
        <source>Alpha alone</source>
        <translation>Nur Alpha</translation>
    </message>
    <message>
        <source>Luminance alone</source>
        <translation>Nur Helligkeit</translation>
    </message>
    <message>
        <source>Outlines of data and display window</source>
        <translation>Umrisse von Daten- und Anzeigefenster</translation>
    </message>
    <message>
        <source>Wipe between two pictures</source>
        <translation>Zwischen zwei Bildern wischen</translation>
    </message>
    <message>
        <source>While held: the other picture</source>
        <translation>Solange gehalten: das andere Bild</translation>
    </message>
    <message>
        <source>Difference of two pictures</source>
        <translation>Unterschied zweier Bilder</translation>
    </message>
    <message>
        <source>Look: drag moves the picture</source>
        <translation>Ansehen: Ziehen bewegt das Bild</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>paint</source>
        <translation>Malen</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Radierer</translation>
    </message>
    <message>
        <source>matte</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Pick a colour from the picture</source>
        <translation>Eine Farbe aus dem Bild nehmen</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Linie</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Place an image</source>
        <translation>Ein Bild platzieren</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Kleinerer Pinsel</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Größerer Pinsel</translation>
    </message>
    <message>
        <source>Softer brush</source>
        <translation>Weicherer Pinsel</translation>
    </message>
    <message>
        <source>Harder brush</source>
        <translation>Härterer Pinsel</translation>
    </message>
    <message>
        <source>Brush at 100 % opacity</source>
        <translation>Pinsel mit 100 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 10 % opacity</source>
        <translation>Pinsel mit 10 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 20 % opacity</source>
        <translation>Pinsel mit 20 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 30 % opacity</source>
        <translation>Pinsel mit 30 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 40 % opacity</source>
        <translation>Pinsel mit 40 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 50 % opacity</source>
        <translation>Pinsel mit 50 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 60 % opacity</source>
        <translation>Pinsel mit 60 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 70 % opacity</source>
        <translation>Pinsel mit 70 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 80 % opacity</source>
        <translation>Pinsel mit 80 % Deckkraft</translation>
    </message>
    <message>
        <source>Brush at 90 % opacity</source>
        <translation>Pinsel mit 90 % Deckkraft</translation>
    </message>
</context>
<context>
    <name>train</name>
    <message>
        <source>Reading the plate</source>
        <translation>Die Plate wird gelesen</translation>
    </message>
    <message>
        <source>Finding the camera&apos;s motion</source>
        <translation>Die Bewegung der Kamera wird gesucht</translation>
    </message>
    <message>
        <source>Following the surface</source>
        <translation>Die Fläche wird verfolgt</translation>
    </message>
    <message>
        <source>Calming it in time</source>
        <translation>Sie wird in der Zeit beruhigt</translation>
    </message>
    <message>
        <source>Looking for a rigid body</source>
        <translation>Ein starrer Körper wird gesucht</translation>
    </message>
    <message>
        <source>A first guess of the motion</source>
        <translation>Erste Schätzung der Bewegung</translation>
    </message>
    <message>
        <source>A first guess of the picture</source>
        <translation>Erste Schätzung des Bildes</translation>
    </message>
    <message>
        <source>Training the fields</source>
        <translation>Die Felder werden trainiert</translation>
    </message>
    <message>
        <source>Measuring the frames</source>
        <translation>Die Bilder werden gemessen</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>Good, but for some frames</source>
        <translation>Gut, bis auf einige Bilder</translation>
    </message>
    <message>
        <source>One key frame is not enough</source>
        <translation>Ein Schlüsselbild genügt nicht</translation>
    </message>
    <message>
        <source>More than one surface</source>
        <translation>Mehr als eine Fläche</translation>
    </message>
    <message>
        <source>Add key {}</source>
        <translation>Schlüsselbild {} dazunehmen</translation>
    </message>
    <message>
        <source>Add keys {}</source>
        <translation>Schlüsselbilder {} dazunehmen</translation>
    </message>
    <message>
        <source>Look at {}</source>
        <translation>Bild {} ansehen</translation>
    </message>
    <message>
        <source>Paint on {} instead</source>
        <translation>Stattdessen auf Bild {} malen</translation>
    </message>
    <message>
        <source>Fix the matte</source>
        <translation>Die Maske ausbessern</translation>
    </message>
    <message>
        <source>Make a matte</source>
        <translation>Eine Maske machen</translation>
    </message>
    <message>
        <source>Go on to the canonical</source>
        <translation>Weiter zum Canonical</translation>
    </message>
</context>
</TS>
