<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
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
        <source>Open panel</source>
        <translation>Panel öffnen</translation>
    </message>
    <message>
        <source>Open this shot in Unreel's own window; it stays open when the host is closed.</source>
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
        <source>Frames worked on at once; 0 is two.</source>
        <translation>Bilder, an denen zugleich gearbeitet wird; 0 heißt zwei.</translation>
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
        <source>Where the paint comes from: the node's input, or a file.</source>
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
        <source>Name of the texture. By default the file's.</source>
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
        <source>How much of the plate's change of light falls on the paint.</source>
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
        <source>Grain on the paint, as a share of the plate's.</source>
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
        <source>live: where each pixel lies on the canonical, carried on past the surface's edge.</source>
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
        <source>Do what the page's main button says</source>
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
        <source>Blue alone; while painting only by the viewer's bar</source>
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
</TS>
